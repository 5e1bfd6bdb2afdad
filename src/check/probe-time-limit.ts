// A time limit for a promise. The work behind the promise is not ended: a name server cannot be called off.

import { setTimeout as sleep } from 'node:timers/promises'

/** @returns the value, or `timeout`; rejects when the promise does in time */
export async function within<Value> (limitMs: number, value: Promise<Value>): Promise<Value | 'timeout'> {
  const done = new AbortController()
  const late = sleep(limitMs, 'timeout' as const, { signal: done.signal })
  late.catch(() => {})
  try {
    return await Promise.race([value, late])
  } finally {
    done.abort()
  }
}
