// Circuit breaker for one authorization server. Failures of clients' requests only raise a suspicion; probes with a random token
// decide, and an answer about any token outweighs them. A state machine: it sends nothing and knows no token.

import type { Clock } from '../kernel/clock.ts'

/** `closed`: requests are sent. `open`: none is, except for tokens that were good before. `half-open`: one probe is in flight. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** This many failed requests in a row raise a suspicion. */
const FAILURES_IN_A_ROW = 5
/** So do failures of half the requests within a window, once it has enough requests for a ratio. */
const WINDOW_MS = 10_000
const LEAST_IN_WINDOW = 20
/** The first pause; each failed probe doubles it, up to the longest. */
const OPEN_MS = 5000
const LONGEST_OPEN_MS = 30_000
/** A known token is tried for the first time so long after the circuit has opened, and again after each pause of OPEN_MS. */
const FIRST_TRIAL_MS = 1000
/**
 * After the second failed probe, one unknown token is tried in each of these. A server that fails for unknown tokens fails for probes as
 * well, and a gateway that has seen no good token yet would refuse every new one without end.
 */
const UNKNOWN_TRIAL_MS = 100

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
  /**
   * Whether a client's request may be sent.
   * @param known the token was active when it was last introspected. A server that fails for unknown tokens alone must not keep
   *   such tokens out, so they are refused only after a request about one of them has failed. Of other tokens a few are tried.
   */
  readonly admit: (known?: boolean) => Admission
  /** Records the outcome of a client's request. `true`: the caller sends one probe and reports its outcome. */
  readonly record: (outcome: 'answered' | 'failed', known?: boolean) => boolean
  readonly recordProbe: (outcome: ProbeOutcome) => void
  /** Closes the circuit without a probe: the reason for which it opened has been removed. */
  readonly close: () => void
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
  /** A request about a known token has failed since the last one that was answered. */
  let knownFailed = false
  let nextTrialAtMs = 0
  let nextUnknownTrialAtMs = 0
  /** The probe in flight follows an answer: should it fail, then the server fails for unknown tokens alone. */
  let verifying = false
  let probesMislead = false

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

  function mayTryKnown (): boolean {
    const nowMs = clock.monotonicMs()
    if (nowMs < nextTrialAtMs) return false
    if (knownFailed) nextTrialAtMs = nowMs + OPEN_MS
    return true
  }

  function mayTryUnknown (): boolean {
    const nowMs = clock.monotonicMs()
    if (pauseMs === OPEN_MS || nowMs < nextUnknownTrialAtMs) return false
    nextUnknownTrialAtMs = nowMs + UNKNOWN_TRIAL_MS
    return true
  }

  function close (): void {
    resetCounts()
    pauseMs = OPEN_MS
    enter('closed')
  }

  /** An answer is proof that the server answers, whatever the probe said. */
  function closeByAnswer (): boolean {
    const probeInFlight = state === 'half-open'
    close()
    verifying = true
    probing = true
    return !probeInFlight
  }

  return {
    close,
    admit (known = false) {
      if (state === 'closed' || (known && mayTryKnown())) return PASS
      if (state === 'half-open') return PROBING
      const leftMs = openUntilMs - clock.monotonicMs()
      if (leftMs > 0) return mayTryUnknown() ? PASS : { kind: 'refuse', retryAfterSeconds: Math.ceil(leftMs / 1000) }
      enter('half-open')
      return PROBE
    },
    record (outcome, known = false) {
      if (known) knownFailed = outcome === 'failed'
      if (state !== 'closed') return outcome === 'answered' && closeByAnswer()
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
      if (outcome.answered) {
        probesMislead = verifying = false
        return close()
      }
      probesMislead ||= verifying
      verifying = false
      resetCounts()
      if (state === 'closed' && probesMislead && !knownFailed) return
      pauseMs = state === 'half-open' ? Math.min(pauseMs * 2, LONGEST_OPEN_MS) : OPEN_MS
      const nowMs = clock.monotonicMs()
      openUntilMs = nowMs + Math.max(pauseMs, outcome.retryAfterSeconds * 1000)
      nextTrialAtMs = nextUnknownTrialAtMs = nowMs + FIRST_TRIAL_MS
      enter('open')
    }
  }
}
