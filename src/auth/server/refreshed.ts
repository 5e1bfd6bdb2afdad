// A value that is fetched when it is first needed, kept, and refreshed in the background. A failed fetch takes nothing away:
// the previous value stays in use up to its maximum age, and the next attempt waits for a pause.

import type { Clock } from '../../kernel/clock.ts'
import { createRenewalBudget } from './renewal-budget.ts'

export interface Refreshed<Value> {
  /**
   * The value, synchronously while one is kept. Callers that need a fetch at the same time share it.
   * @throws what `fetch` throws (as a rejected promise); for a second after a failure the same again, without a fetch
   */
  readonly get: () => Value | Promise<Value>
  /**
   * Fetches the value now, because the kept one may be out of date. The fetch begins after this call; concurrent callers share it.
   * @returns the value, or how long to wait because clients have caused too many fetches
   * @throws what `fetch` throws (as a rejected promise)
   */
  readonly renew: () => Promise<Renewal<Value>>
  /** Has the value refreshed after a pause, because it led to a failure and may be out of date. */
  readonly expireSoon: () => void
}

type Renewal<Value> = { readonly value: Value } | { readonly retryAfterMs: number }

export interface RefreshedSettings<Value> {
  readonly fetch: () => Promise<Value>
  /** Age at which a kept value is refreshed in the background. */
  readonly refreshAfterMs: number
  /** Age at which a kept value is no longer used. Default: a kept value is used until a fetch succeeds. */
  readonly maxAgeMs?: number
  readonly clock: Clock
}

/** Between two attempts while nothing usable is kept, so that requests without a token cannot make the gateway ask all the time. */
const FIRST_PAUSE_MS = 1000
/** Between two fetches in the background. */
const PAUSE_MS = 30_000

export function createRefreshed<Value> ({ fetch, refreshAfterMs, maxAgeMs = Infinity, clock }: RefreshedSettings<Value>): Refreshed<Value> {
  let kept: { readonly value: Value, readonly fetchedAtMs: number } | undefined
  let refreshAtMs = Infinity
  let pauseUntilMs = -Infinity
  let flight: Promise<Value> | undefined
  let launchedAtMs = -Infinity
  const budget = createRenewalBudget(clock)
  let failed: { readonly failure: unknown, readonly untilMs: number } | undefined

  function launch (): Promise<Value> {
    if (flight !== undefined) return flight
    launchedAtMs = clock.monotonicMs()
    flight = refresh()
    return flight
  }

  async function refresh (): Promise<Value> {
    try {
      const value = await fetch()
      const nowMs = clock.monotonicMs()
      kept = { value, fetchedAtMs: nowMs }
      refreshAtMs = nowMs + refreshAfterMs
      pauseUntilMs = nowMs + PAUSE_MS
      failed = undefined
      return value
    } catch (failure) {
      const nowMs = clock.monotonicMs()
      failed = { failure, untilMs: nowMs + FIRST_PAUSE_MS }
      if (kept !== undefined) pauseUntilMs = nowMs + PAUSE_MS
      throw failure
    } finally {
      flight = undefined
    }
  }

  function fetchNeeded (nowMs: number): Promise<Value> {
    if (flight !== undefined || failed === undefined || nowMs >= failed.untilMs) return launch()
    const { failure } = failed
    return new Promise(() => { throw failure })
  }

  return {
    get () {
      const nowMs = clock.monotonicMs()
      if (kept === undefined || nowMs - kept.fetchedAtMs >= maxAgeMs) return fetchNeeded(nowMs)
      if (flight === undefined && nowMs >= refreshAtMs && nowMs >= pauseUntilMs) launch().catch(() => {})
      return kept.value
    },
    async renew () {
      // A fetch that began before this call may have read the value before it changed.
      if (flight !== undefined && launchedAtMs < clock.monotonicMs()) await flight
      if (flight === undefined) {
        const retryAfterMs = budget.take()
        if (retryAfterMs > 0) return { retryAfterMs }
      }
      return { value: await launch() }
    },
    expireSoon () {
      refreshAtMs = Math.min(refreshAtMs, clock.monotonicMs() + PAUSE_MS)
    }
  }
}
