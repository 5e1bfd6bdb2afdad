// Is it worth asking an authorization server at all? A state machine: it asks nothing, knows no token, and is told what came of
// each question. Clients' questions only ever raise a suspicion; what opens and closes the circuit is a question of our own,
// about a token that nobody holds. So nothing that a client sends can cut the others off.

import type { Clock } from '../kernel/clock.ts'

/** `closed`: questions go through. `open`: none does. `half-open`: one of our own is under way. */
export type CircuitState = 'closed' | 'open' | 'half-open'

export interface CircuitBreakerSettings {
  /** So many failed questions in a row raise the suspicion. */
  readonly failuresInARow: number
  /** So do failures of half the questions within this time, when there were enough of them to say "half". */
  readonly windowMs: number
  readonly leastInWindow: number
  /** How long it stays open at first; each probe that fails doubles it, up to the longest. */
  readonly openMs: number
  readonly longestOpenMs: number
}

export const DEFAULT_CIRCUIT: CircuitBreakerSettings = {
  failuresInARow: 5,
  windowMs: 10_000,
  leastInWindow: 20,
  openMs: 5000,
  longestOpenMs: 30_000
}

export type Admission =
  | { readonly kind: 'pass' }
  /** The time to try has come: the caller asks a question of our own, once, and tells `settle`. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'refuse', readonly retryAfterSeconds: number }

export type ProbeOutcome =
  | { readonly answered: true }
  /** `retryAfterSeconds`: what the server asked for; it is not asked sooner. */
  | { readonly answered: false, readonly retryAfterSeconds: number }

export interface CircuitBreaker {
  readonly state: () => CircuitState
  readonly admit: () => Admission
  /** What came of a client's question. True, once: ask a question of our own and tell `settle`. */
  readonly record: (outcome: 'answered' | 'failed') => boolean
  /** What came of a question of our own. */
  readonly settle: (outcome: ProbeOutcome) => void
}

const PASS: Admission = { kind: 'pass' }
const PROBE: Admission = { kind: 'probe' }
/** While one probe is under way; it takes a moment, not a pause. */
const PROBING: Admission = { kind: 'refuse', retryAfterSeconds: 1 }

/** @param changed told each new state; must not throw */
export function createCircuitBreaker (settings: CircuitBreakerSettings, clock: Clock, changed: (state: CircuitState) => void = () => {}): CircuitBreaker {
  let state: CircuitState = 'closed'
  let confirming = false
  let inARow = 0
  let window = { endsAtMs: -Infinity, questions: 0, failures: 0 }
  let pauseMs = settings.openMs
  let openUntilMs = 0

  function become (next: CircuitState): void {
    if (state === next) return
    state = next
    changed(next)
  }

  function forget (): void {
    confirming = false
    inARow = 0
    window = { endsAtMs: -Infinity, questions: 0, failures: 0 }
  }

  function isSuspect (): boolean {
    return inARow >= settings.failuresInARow || (window.questions >= settings.leastInWindow && window.failures * 2 >= window.questions)
  }

  return {
    state: () => state,
    admit () {
      switch (state) {
        case 'closed': return PASS
        case 'half-open': return PROBING
        case 'open': {
          const leftMs = openUntilMs - clock.monotonicMs()
          if (leftMs > 0) return { kind: 'refuse', retryAfterSeconds: Math.ceil(leftMs / 1000) }
          become('half-open')
          return PROBE
        }
      }
    },
    record (outcome) {
      if (state !== 'closed') return false
      const nowMs = clock.monotonicMs()
      if (nowMs >= window.endsAtMs) window = { endsAtMs: nowMs + settings.windowMs, questions: 0, failures: 0 }
      window.questions += 1
      if (outcome === 'answered') {
        inARow = 0
        return false
      }
      window.failures += 1
      inARow += 1
      if (confirming || !isSuspect()) return false
      confirming = true
      return true
    },
    settle (outcome) {
      forget()
      if (outcome.answered) {
        pauseMs = settings.openMs
        return become('closed')
      }
      pauseMs = state === 'half-open' ? Math.min(pauseMs * 2, settings.longestOpenMs) : settings.openMs
      openUntilMs = clock.monotonicMs() + Math.max(pauseMs, outcome.retryAfterSeconds * 1000)
      become('open')
    }
  }
}
