// A clock that stands still until a test moves it.

import type { Clock } from '../../src/kernel/clock.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'

export interface ManualClock extends Clock {
  /** Both clocks run on. */
  readonly advance: (ms: number) => void
  /** Somebody sets the wall clock; the monotonic one does not notice. */
  readonly jump: (ms: number) => void
}

export const MANUAL_CLOCK_START_SECONDS = 1_800_000_000

export function createManualClock (): ManualClock {
  let wallMs = MANUAL_CLOCK_START_SECONDS * 1000
  let monotonicMs = 5000
  return {
    now: () => epochMilliseconds(wallMs),
    monotonicMs: () => monotonicMs,
    advance (ms) { wallMs += ms; monotonicMs += ms },
    jump (ms) { wallMs += ms }
  }
}
