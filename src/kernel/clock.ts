// The clocks. Only this file reads the system clocks of the core; everything else receives a Clock, so that tests control time.

import { epochMilliseconds, type EpochMilliseconds } from './units.ts'

export interface Clock {
  /** Wall-clock time, for comparison with times that an authorization server states. */
  readonly now: () => EpochMilliseconds
  /** Milliseconds of the monotonic clock, for durations. */
  readonly monotonicMs: () => number
}

export const systemClock: Clock = {
  now: () => epochMilliseconds(Date.now()),
  monotonicMs: () => performance.now()
}
