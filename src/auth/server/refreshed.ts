// A value that is fetched when it is first needed, kept, and refreshed in the background. A failed fetch takes nothing away:
// the previous value stays in use up to its maximum age, and the next attempt waits for a pause.

import type { Clock } from '../../kernel/clock.ts'

export interface Refreshed<Value> {
  /**
   * The value, synchronously while one is kept. Callers that need a fetch at the same time share it.
   * @throws what `fetch` throws (as a rejected promise)
   */
  readonly get: () => Value | Promise<Value>
  /**
   * Fetches the value now, because the kept one lacks something; `undefined` when the last fetch is less than a pause ago.
   * @throws what `fetch` throws (as a rejected promise)
   */
  readonly renew: () => Promise<Value | undefined>
  /** Has the value refreshed after a pause, because it led to a failure and may be out of date. */
  readonly expireSoon: () => void
}

export interface RefreshedSettings<Value> {
  readonly fetch: () => Promise<Value>
  /** Age at which a kept value is refreshed in the background. */
  readonly refreshAfterMs: number
  /** Age at which a kept value is no longer used. Default: a kept value is used until a fetch succeeds. */
  readonly maxAgeMs?: number
  readonly clock: Clock
}

/** Between two fetches of a value that is known, whatever caused them: clients that name unknown keys cause no flood. */
const PAUSE_MS = 30_000

export function createRefreshed<Value> ({ fetch, refreshAfterMs, maxAgeMs = Infinity, clock }: RefreshedSettings<Value>): Refreshed<Value> {
  let kept: { readonly value: Value, readonly fetchedAtMs: number } | undefined
  let refreshAtMs = Infinity
  let pauseUntilMs = -Infinity
  let flight: Promise<Value> | undefined

  function launch (): Promise<Value> {
    flight ??= refresh()
    return flight
  }

  async function refresh (): Promise<Value> {
    try {
      const value = await fetch()
      const nowMs = clock.monotonicMs()
      kept = { value, fetchedAtMs: nowMs }
      refreshAtMs = nowMs + refreshAfterMs
      pauseUntilMs = nowMs + PAUSE_MS
      return value
    } catch (failure) {
      // The first fetch has no pause: every caller needs it, and tries until the server answers.
      if (kept !== undefined) pauseUntilMs = clock.monotonicMs() + PAUSE_MS
      throw failure
    } finally {
      flight = undefined
    }
  }

  return {
    get () {
      const nowMs = clock.monotonicMs()
      if (kept === undefined || nowMs - kept.fetchedAtMs >= maxAgeMs) return launch()
      if (flight === undefined && nowMs >= refreshAtMs && nowMs >= pauseUntilMs) launch().catch(() => {})
      return kept.value
    },
    async renew () {
      if (flight === undefined && clock.monotonicMs() < pauseUntilMs) return undefined
      return launch()
    },
    expireSoon () {
      refreshAtMs = Math.min(refreshAtMs, clock.monotonicMs() + PAUSE_MS)
    }
  }
}
