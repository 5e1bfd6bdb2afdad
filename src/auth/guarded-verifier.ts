// How much is an authorization server asked while it is in trouble, or comes back? A verifier around another that asks for every
// token: nothing while the circuit is open, and never more at a time than is bearable. It keeps no answer and changes none.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../kernel/fault.ts'
import { createCircuitBreaker, DEFAULT_CIRCUIT, type CircuitBreakerSettings, type CircuitState } from './circuit-breaker.ts'
import { PresentedToken } from './presented-token.ts'
import type { TokenStatus } from './token-claims.ts'
import type { AskingVerifier } from './verifier.ts'

/** Under way and waiting for a connection together; what a crowd asks beyond that is refused at once. */
const MAX_OUTSTANDING = 1024

export interface GuardedVerifierSettings {
  /** Asks the authorization server for every token. One that answers by itself needs no guard. */
  readonly verifier: AskingVerifier
  readonly clock: Clock
  readonly circuit?: CircuitBreakerSettings
  readonly maxOutstanding?: number
  /** Told each new state. Must not throw. */
  readonly changed?: ((state: CircuitState) => void) | undefined
}

export interface GuardedVerifier extends AskingVerifier {
  readonly circuit: () => CircuitState
}

export function createGuardedVerifier (settings: GuardedVerifierSettings): GuardedVerifier {
  const { verifier, clock, circuit = DEFAULT_CIRCUIT, maxOutstanding = MAX_OUTSTANDING, changed } = settings
  const breaker = createCircuitBreaker(circuit, clock, changed)
  let outstanding = 0
  let lastReason: UnavailabilityCause | 'defect' = 'defect'

  /** Nobody holds this token, so no client has a say in what comes of it. */
  async function probe (): Promise<void> {
    try {
      await verifier.verify(new PresentedToken(`probe-${randomBytes(24).toString('base64url')}`))
    } catch (failure) {
      const unavailable = failure instanceof AuthorizationServerUnavailable
      lastReason = unavailable ? failure.reason : 'defect'
      breaker.settle({ answered: false, retryAfterSeconds: unavailable ? failure.retryAfterSeconds : 0 })
      throw failure
    }
    breaker.settle({ answered: true })
  }

  function refused (retryAfterSeconds: number): AuthorizationServerUnavailable {
    return new AuthorizationServerUnavailable('circuit-open', `not asked; the last attempt ended with: ${lastReason}`, retryAfterSeconds)
  }

  function answered (status: TokenStatus): TokenStatus {
    outstanding -= 1
    breaker.record('answered')
    return status
  }

  function failed (failure: Error): never {
    outstanding -= 1
    if (failure instanceof AuthorizationServerUnavailable && breaker.record('failed')) probe().catch(() => {})
    throw failure
  }

  return {
    identity: verifier.identity,
    verify (token) {
      const admission = breaker.admit()
      if (admission.kind === 'refuse') return Promise.reject(refused(admission.retryAfterSeconds))
      // Beside the client's question, not before it: the deadline of one question goes on covering everything.
      if (admission.kind === 'probe') probe().catch(() => {})
      if (outstanding >= maxOutstanding) {
        return Promise.reject(new AuthorizationServerUnavailable('overloaded', `${outstanding} questions are under way`, 1))
      }
      const question = verifier.verify(token)
      outstanding += 1
      return question.then(answered, failed)
    },
    async ready () {
      const admission = breaker.admit()
      if (admission.kind === 'refuse') throw refused(admission.retryAfterSeconds)
      // A server without traffic, because it says it is not ready, must find out by itself that it is again.
      if (admission.kind === 'probe') await probe()
      await verifier.ready()
    },
    known: verifier.known,
    circuit: breaker.state,
    close: verifier.close
  }
}
