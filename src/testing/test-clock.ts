// A clock that stands still until a test moves it. It begins at 2027-01-15T08:00:00Z. The monotonic clock moves by a microsecond at each
// reading, so that an answer of an earlier request is older than the next request, as it is in production (`freshness: 'fresh'`).

import type { Clock } from '../kernel/clock.ts'
import { epochMilliseconds } from '../kernel/units.ts'

export interface TestClock extends Clock {
  /** Moves the wall clock and the monotonic clock. */
  readonly advance: (milliseconds: number) => void
}

const START_MS = 1_800_000_000_000

/**
 * @example
 * const clock = createTestClock()
 * clock.advance(60_000)
 */
export function createTestClock (startMs = START_MS): TestClock {
  let passedMs = 0
  let readings = 0
  return {
    now: () => epochMilliseconds(startMs + passedMs),
    monotonicMs: () => {
      readings += 1
      return passedMs + readings / 1000
    },
    advance: milliseconds => { passedMs += milliseconds }
  }
}
