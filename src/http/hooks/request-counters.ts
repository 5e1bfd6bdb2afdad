// Counters of requests within a minute, by key, in the memory of this process. Time is monotonic: after a step of the system's clock a
// refused person would otherwise wait for as long as the step.

import type { Clock } from '../../kernel/clock.ts'

export interface Counted {
  /** Requests of this key within its minute, this one included. */
  readonly count: number
  /** Milliseconds until its minute is over. */
  readonly leftMs: number
}

export interface RequestCounters {
  /** @throws RedisFailure (as a rejected promise) when the request cannot be counted */
  readonly count: (key: string) => Counted | Promise<Counted>
  readonly close: () => void
}

export const WINDOW_MS = 60_000

interface Window {
  count: number
  readonly endsAtMs: number
}

/** @param maxCounters beyond it the least recently used counter is dropped */
export function createRequestCounters ({ monotonicMs }: Pick<Clock, 'monotonicMs'>, maxCounters: number): RequestCounters {
  // A Map iterates in the order of insertion: the first is the least recently used.
  const windows = new Map<string, Window>()
  return {
    count (key) {
      const nowMs = monotonicMs()
      const known = windows.get(key)
      windows.delete(key)
      const window = known !== undefined && known.endsAtMs > nowMs ? known : { count: 0, endsAtMs: nowMs + WINDOW_MS }
      window.count += 1
      windows.set(key, window)
      if (windows.size > maxCounters) windows.delete(windows.keys().next().value ?? '')
      return { count: window.count, leftMs: window.endsAtMs - nowMs }
    },
    close: () => {}
  }
}
