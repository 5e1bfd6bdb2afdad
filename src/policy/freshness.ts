// Whether a grant is a live answer: one that was asked for after the request arrived. Compared on the monotonic clock: if the wall
// clock is set back, every cached answer would seem to come from the future.

import type { VerifiedGrant } from '../auth/grant.ts'

export function isLive ({ askedAtMonotonicMs }: Pick<VerifiedGrant, 'askedAtMonotonicMs'>, receivedAtMonotonicMs: number): boolean {
  // NaN fails the comparison, so it never counts as live.
  return askedAtMonotonicMs >= receivedAtMonotonicMs
}
