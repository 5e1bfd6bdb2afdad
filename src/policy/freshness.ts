// Is this grant a live answer? One asked for before the request arrived says what was true earlier. Compared on the clock
// that never jumps: when somebody sets the wall clock back, every cached answer would seem to come from the future.

import type { VerifiedGrant } from '../auth/grant.ts'

export function isLive ({ askedAtMonotonicMs }: Pick<VerifiedGrant, 'askedAtMonotonicMs'>, receivedAtMonotonicMs: number): boolean {
  // what is not a number is greater than nothing, and never counts as live
  return askedAtMonotonicMs >= receivedAtMonotonicMs
}
