// Protects an authorization server that fails or is slow: a verifier that sends nothing while the circuit is open, and limits
// the number of requests in flight. It changes no answer.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../kernel/fault.ts'
import { createCircuitBreaker, type CircuitState } from './circuit-breaker.ts'
import { PresentedToken } from './presented-token.ts'
import type { TokenStatus } from './token-claims.ts'
import type { RemoteVerifier } from './verifier.ts'

/** Requests in flight, waiting for a connection included; further ones are refused immediately. */
const MAX_IN_FLIGHT = 1024

export interface GuardedVerifierSettings {
  /** Asks the authorization server about every token. A verifier that needs no request needs no guard. */
  readonly verifier: RemoteVerifier
  readonly clock: Clock
  /** Default 1024. */
  readonly maxInFlight?: number
  /** Called with each new state. Must not throw. */
  readonly onCircuitChange?: ((state: CircuitState) => void) | undefined
}

export function createGuardedVerifier (
  { verifier, clock, maxInFlight = MAX_IN_FLIGHT, onCircuitChange }: GuardedVerifierSettings
): RemoteVerifier {
  const breaker = createCircuitBreaker(clock, onCircuitChange)
  let inFlight = 0
  let lastReason: UnavailabilityCause | 'defect' = 'defect'

  /** Asks about a random token that no client knows, so that no client influences the result. */
  async function probe (): Promise<void> {
    try {
      await verifier.verify(new PresentedToken(`probe-${randomBytes(24).toString('base64url')}`))
    } catch (failure) {
      const unavailable = failure instanceof AuthorizationServerUnavailable
      lastReason = unavailable ? failure.reason : 'defect'
      breaker.recordProbe({ answered: false, retryAfterSeconds: unavailable ? failure.retryAfterSeconds : 0 })
      throw failure
    }
    breaker.recordProbe({ answered: true })
  }

  function refused (retryAfterSeconds: number): AuthorizationServerUnavailable {
    return new AuthorizationServerUnavailable('circuit-open', `not asked; the last attempt ended with: ${lastReason}`, retryAfterSeconds)
  }

  function answered (status: TokenStatus): TokenStatus {
    inFlight -= 1
    breaker.record('answered')
    return status
  }

  function failed (failure: Error): never {
    inFlight -= 1
    if (failure instanceof AuthorizationServerUnavailable && breaker.record('failed')) probe().catch(() => {})
    throw failure
  }

  return {
    verify (token) {
      const admission = breaker.admit()
      if (admission.kind === 'refuse') return Promise.reject(refused(admission.retryAfterSeconds))
      // At the same time as the client's request, not before it: one deadline must go on covering the whole request.
      if (admission.kind === 'probe') probe().catch(() => {})
      if (inFlight >= maxInFlight) {
        return Promise.reject(new AuthorizationServerUnavailable('overloaded', `${inFlight} requests are in flight`, 1))
      }
      const answer = verifier.verify(token)
      inFlight += 1
      return answer.then(answered, failed)
    },
    async ready () {
      const admission = breaker.admit()
      if (admission.kind === 'refuse') throw refused(admission.retryAfterSeconds)
      // A replica that reports it is not ready gets no traffic, so this check has to notice the recovery.
      if (admission.kind === 'probe') await probe()
      await verifier.ready()
    }
  }
}
