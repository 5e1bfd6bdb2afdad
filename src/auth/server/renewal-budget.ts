// The fetches of keys that tokens may cause: a token bucket of five, one more every six seconds. Clients can invent key ids and
// signatures, so the number of fetches must not depend on them.

import type { Clock } from '../../kernel/clock.ts'

const BURST = 5
const REFILL_MS = 6000

export interface RenewalBudget {
  /** Takes one fetch. @returns 0, or how many milliseconds later there is one */
  readonly take: () => number
}

export function createRenewalBudget (clock: Clock): RenewalBudget {
  let left = BURST
  let countedAtMs = clock.monotonicMs()
  return {
    take () {
      const nowMs = clock.monotonicMs()
      const gained = Math.floor((nowMs - countedAtMs) / REFILL_MS)
      left = Math.min(BURST, left + gained)
      // A full bucket gains nothing: the time until the next fetch begins when one is taken.
      countedAtMs = left === BURST ? nowMs : countedAtMs + gained * REFILL_MS
      if (left === 0) return countedAtMs + REFILL_MS - nowMs
      left -= 1
      return 0
    }
  }
}
