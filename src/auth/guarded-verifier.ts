// Protects an authorization server that fails or is slow, and the tokens of some clients from those of others: a circuit breaker, a
// limit of requests in flight, and a budget after a rate limit. Which answers are believed is decided in guard/contradictions.ts.

import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../kernel/fault.ts'
import { createCircuitBreaker, type CircuitState } from './circuit-breaker.ts'
import { createContradictions, type ContradictionsSettings } from './guard/contradictions.ts'
import { createQuestionBudget } from './guard/question-budget.ts'
import { createQuestionLanes } from './guard/question-lanes.ts'
import { createSelfTest, type SelfTestFinding } from './guard/self-test.ts'
import { UnexplainedRefusal } from './introspection/negative-reply.ts'
import { PresentedToken } from './presented-token.ts'
import type { TokenStatus } from './token-claims.ts'
import type { RemoteVerifier } from './verifier.ts'

/** Requests in flight about unknown tokens, waiting for a connection included; further ones are refused immediately. */
const MAX_IN_FLIGHT = 1024
/** A request about a known token that met a rate limit is repeated after this time, as often as the deadline allows. */
const NEXT_ATTEMPT_AFTER_MS = 1000
const LEAST_TIME_FOR_AN_ATTEMPT_MS = 250
const STILL_OPEN_EVERY_MS = 60_000
/** Failures after which the server is not left alone: it answers, and what it answers is about a token, or about the rate. */
const NO_OUTAGE: ReadonlySet<UnavailabilityCause> = new Set(['rate-limited', 'unusable-reply', 'doubtful-answer', 'keys-pending'])

type OutageReason = UnavailabilityCause | 'defect'

export interface GuardedVerifierSettings extends ContradictionsSettings {
  /** Asks the authorization server about every token. A verifier that needs no request needs no guard. */
  readonly verifier: RemoteVerifier
  /** For one whole introspection, the wait for a connection included. Default 3000. */
  readonly deadlineMs?: number
  /** Default 1024. */
  readonly maxInFlight?: number
  /** The credentials of this gateway. When they change, the circuit closes. */
  readonly credentials?: (() => string) | undefined
  /** Called with each new state, and once a minute while requests are refused. Must not throw. */
  readonly onCircuitChange?: ((state: CircuitState, reason: OutageReason) => void) | undefined
  /** Asks with made-up credentials, for the self-test. Absent: it asks only with those of the gateway. */
  readonly verifierWithMadeUpCredentials?: Pick<RemoteVerifier, 'verify'> | undefined
  /** Called when a self-test finds something else than the one before. Must not throw. */
  readonly onSelfTest?: ((finding: SelfTestFinding) => void) | undefined
}

export interface GuardedVerifier extends RemoteVerifier {
  /** Tests the credentials of the gateway, and then again whenever they change. Resolves when the test has ended; never rejects. */
  readonly selfTest: () => Promise<void>
  /** The credentials may have changed. Without this call it is noticed with the next request. */
  readonly noticeNewCredentials: () => void
}

export function createGuardedVerifier (settings: GuardedVerifierSettings): GuardedVerifier {
  const {
    verifier, verifierWithMadeUpCredentials, deadlineMs = 3000, clock, maxInFlight = MAX_IN_FLIGHT,
    credentials = () => '', onCircuitChange, onSelfTest
  } = settings
  const breaker = createCircuitBreaker(clock, reportCircuit)
  const lanes = createQuestionLanes({ maxInFlight, maxWaitMs: deadlineMs / 2 })
  const budget = createQuestionBudget(clock)
  const selfTest = createSelfTest({
    clock,
    ask: token => verifier.verify(token),
    askWithMadeUpCredentials: verifierWithMadeUpCredentials?.verify,
    isOutage,
    onFinding (finding) {
      if (finding.outcome === 'accepted' || finding.outcome === 'indistinct') contradictions.proveCredentials()
      onSelfTest?.(finding)
    }
  })
  const contradictions = createContradictions(settings, selfTest.isIndistinct, selfTest.suspectCredentials)
  let lastReason: OutageReason = 'defect'
  let reportedAtMs = 0
  let usedCredentials = credentials()

  function reportCircuit (state: CircuitState): void {
    reportedAtMs = clock.monotonicMs()
    onCircuitChange?.(state, lastReason)
  }

  /** Asks about a random token that no client knows, so that no client influences the result. */
  async function probe (): Promise<void> {
    try {
      await verifier.verify(new PresentedToken(`probe-${randomBytes(24).toString('base64url')}`))
    } catch (failure) {
      if (isOutage(failure)) {
        lastReason = failure instanceof AuthorizationServerUnavailable ? failure.reason : 'defect'
        const retryAfterSeconds = failure instanceof AuthorizationServerUnavailable ? failure.retryAfterSeconds : 0
        breaker.recordProbe({ answered: false, retryAfterSeconds })
        throw failure
      }
      noticeRateLimit(failure)
    }
    breaker.recordProbe({ answered: true })
  }

  function noticeRateLimit (failure: unknown): boolean {
    if (!(failure instanceof AuthorizationServerUnavailable) || failure.reason !== 'rate-limited') return false
    budget.limited(failure.retryAfterSeconds)
    return true
  }

  function startProbe (): void {
    probe().catch(() => {})
  }

  function notAsked (retryAfterSeconds: number): AuthorizationServerUnavailable {
    if (clock.monotonicMs() - reportedAtMs >= STILL_OPEN_EVERY_MS) reportCircuit('open')
    return new AuthorizationServerUnavailable('circuit-open', `not asked; the last attempt ended with: ${lastReason}`, retryAfterSeconds)
  }

  function noticeNewCredentials (): void {
    const current = credentials()
    if (current === usedCredentials) return
    usedCredentials = current
    contradictions.forgetCredentials()
    breaker.close()
    selfTest.forgetCredentials()
  }

  /** @throws AuthorizationServerUnavailable when the server may not be asked now */
  function assertAdmitted (isKnown: boolean): void {
    noticeNewCredentials()
    const admission = breaker.admit(isKnown)
    if (admission.kind === 'refuse') throw notAsked(admission.retryAfterSeconds)
    // At the same time as the client's request, not before it: one deadline must go on covering the whole request.
    if (admission.kind === 'probe') startProbe()
    const seconds = isKnown ? 0 : budget.take()
    if (seconds > 0) {
      throw new AuthorizationServerUnavailable('overloaded', 'the server limits the rate: unknown tokens have to wait', seconds)
    }
  }

  function ask (token: PresentedToken, isKnown: boolean, endAtMs: number, timeoutMs?: number): Promise<TokenStatus> {
    return verifier.verify(token, timeoutMs).then(
      status => answered(token, isKnown, status),
      (failure: unknown) => failed(token, isKnown, endAtMs, failure))
  }

  function answered (token: PresentedToken, isKnown: boolean, status: TokenStatus): TokenStatus | Promise<TokenStatus> {
    lanes.leave(isKnown, 'answered')
    budget.answered()
    selfTest.answered()
    if (breaker.record('answered', isKnown)) startProbe()
    return contradictions.judge(token, status)
  }

  function failed (token: PresentedToken, isKnown: boolean, endAtMs: number, failure: unknown): TokenStatus | Promise<TokenStatus> {
    const reason = failure instanceof AuthorizationServerUnavailable ? failure.reason : undefined
    lanes.leave(isKnown, reason === 'timeout' ? 'timeout' : 'failed')
    if (failure instanceof UnexplainedRefusal) return contradictions.explain(token, failure)
    if (reason === 'unusable-reply') contradictions.unusable(token)
    if (noticeRateLimit(failure) && isKnown) return askAgain(token, endAtMs, failure)
    if (reason !== undefined && isOutage(failure) && breaker.record('failed', isKnown)) startProbe()
    throw failure
  }

  /** A rate limit that the tokens of others have caused is over soon, since those have to wait. */
  async function askAgain (token: PresentedToken, endAtMs: number, rateLimit: unknown): Promise<TokenStatus> {
    const leftMs = endAtMs - clock.monotonicMs() - NEXT_ATTEMPT_AFTER_MS
    if (leftMs < LEAST_TIME_FOR_AN_ATTEMPT_MS) throw rateLimit
    await delay(NEXT_ATTEMPT_AFTER_MS, undefined, { ref: false })
    return verifier.verify(token, leftMs).then(status => contradictions.judge(token, status), (failure: unknown) => {
      if (noticeRateLimit(failure)) return askAgain(token, endAtMs, failure)
      throw failure
    })
  }

  return {
    // One promise, not two: docs/performance.md#promises-per-layer
    verify (token, timeoutMs = deadlineMs) {
      try {
        const isKnown = contradictions.isKnown(token)
        assertAdmitted(isKnown)
        const endAtMs = clock.monotonicMs() + timeoutMs
        const turn = lanes.enter(isKnown)
        if (turn === undefined) return ask(token, isKnown, endAtMs, timeoutMs)
        return turn.then(() => ask(token, isKnown, endAtMs, endAtMs - clock.monotonicMs()))
      } catch (failure) {
        return new Promise(() => { throw failure })
      }
    },
    async ready () {
      noticeNewCredentials()
      const admission = breaker.admit()
      if (admission.kind === 'refuse') throw notAsked(admission.retryAfterSeconds)
      // A replica that reports it is not ready gets no traffic, so this check has to notice the recovery.
      if (admission.kind === 'probe') await probe()
      contradictions.assertUseful()
      await selfTest.assertPassed()
      await verifier.ready()
    },
    selfTest: selfTest.run,
    noticeNewCredentials
  }
}

function isOutage (failure: unknown): boolean {
  if (failure instanceof UnexplainedRefusal) return false
  return !(failure instanceof AuthorizationServerUnavailable && NO_OUTAGE.has(failure.reason))
}
