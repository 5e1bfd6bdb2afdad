// What time is it? The only place that reads the system clocks; everything else is handed a Clock.

import { epochMilliseconds, type EpochMilliseconds } from './units.ts'

export interface Clock {
  /** Wall-clock time, for comparison with times that an authorization server states. */
  readonly now: () => EpochMilliseconds
  /** Milliseconds on a clock that never jumps, for measuring durations. */
  readonly monotonicMs: () => number
}

export const systemClock: Clock = {
  now: () => epochMilliseconds(Date.now()),
  monotonicMs: () => performance.now()
}
