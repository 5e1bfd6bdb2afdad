// Circuit breaker for one authorization server. Failures of clients' requests only raise a suspicion; the circuit opens and
// closes by probes with a random token, so that no client can open it. A state machine: it sends nothing and knows no token.

import type { Clock } from '../kernel/clock.ts'

/** `closed`: requests are sent. `open`: none is. `half-open`: one probe is in flight. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** This many failed requests in a row raise a suspicion. */
const FAILURES_IN_A_ROW = 5
/** So do failures of half the requests within a window, once it has enough requests for a ratio. */
const WINDOW_MS = 10_000
const LEAST_IN_WINDOW = 20
/** The first pause; each failed probe doubles it, up to the longest. */
const OPEN_MS = 5000
const LONGEST_OPEN_MS = 30_000

type Admission =
  | { readonly kind: 'pass' }
  /** The pause is over: the caller sends one probe and reports its outcome with `recordProbe`. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'refuse', readonly retryAfterSeconds: number }

type ProbeOutcome =
  | { readonly answered: true }
  /** `retryAfterSeconds`: the `Retry-After` of the server; the pause is at least as long. */
  | { readonly answered: false, readonly retryAfterSeconds: number }

export interface CircuitBreaker {
  /** Whether a client's request may be sent. */
  readonly admit: () => Admission
  /** Records the outcome of a client's request. `true`: a suspicion has arisen, and the caller sends one probe. */
  readonly record: (outcome: 'answered' | 'failed') => boolean
  readonly recordProbe: (outcome: ProbeOutcome) => void
}

const PASS: Admission = { kind: 'pass' }
const PROBE: Admission = { kind: 'probe' }
/** While a probe is in flight, which takes less than a pause. */
const PROBING: Admission = { kind: 'refuse', retryAfterSeconds: 1 }

/** @param onChange called with each new state; must not throw */
export function createCircuitBreaker (clock: Clock, onChange: (state: CircuitState) => void = () => {}): CircuitBreaker {
  let state: CircuitState = 'closed'
  let probing = false
  let inARow = 0
  let window = { endsAtMs: -Infinity, requests: 0, failures: 0 }
  let pauseMs = OPEN_MS
  let openUntilMs = 0

  function enter (next: CircuitState): void {
    if (state === next) return
    state = next
    onChange(next)
  }

  function resetCounts (): void {
    probing = false
    inARow = 0
    window = { endsAtMs: -Infinity, requests: 0, failures: 0 }
  }

  function isSuspect (): boolean {
    return inARow >= FAILURES_IN_A_ROW || (window.requests >= LEAST_IN_WINDOW && window.failures * 2 >= window.requests)
  }

  return {
    admit () {
      switch (state) {
        case 'closed': return PASS
        case 'half-open': return PROBING
        case 'open': {
          const leftMs = openUntilMs - clock.monotonicMs()
          if (leftMs > 0) return { kind: 'refuse', retryAfterSeconds: Math.ceil(leftMs / 1000) }
          enter('half-open')
          return PROBE
        }
      }
    },
    record (outcome) {
      if (state !== 'closed') return false
      const nowMs = clock.monotonicMs()
      if (nowMs >= window.endsAtMs) window = { endsAtMs: nowMs + WINDOW_MS, requests: 0, failures: 0 }
      window.requests += 1
      if (outcome === 'answered') {
        inARow = 0
        return false
      }
      window.failures += 1
      inARow += 1
      if (probing || !isSuspect()) return false
      probing = true
      return true
    },
    recordProbe (outcome) {
      resetCounts()
      if (outcome.answered) {
        pauseMs = OPEN_MS
        return enter('closed')
      }
      pauseMs = state === 'half-open' ? Math.min(pauseMs * 2, LONGEST_OPEN_MS) : OPEN_MS
      openUntilMs = clock.monotonicMs() + Math.max(pauseMs, outcome.retryAfterSeconds * 1000)
      enter('open')
    }
  }
}
