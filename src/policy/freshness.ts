// Is this grant a live answer? One asked for before the request arrived says what was true earlier.

import type { VerifiedGrant } from '../auth/grant.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'

export function isLive ({ askedAt }: Pick<VerifiedGrant, 'askedAt'>, receivedAt: EpochMilliseconds): boolean {
  // an askedAt that is not a number is greater than nothing, and never counts as live
  return askedAt >= receivedAt
}
