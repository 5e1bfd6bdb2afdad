// A verifier for a server that issues both JWTs and reference tokens: the signature is tried first, and a token that cannot be
// verified by it is introspected. The same checks follow in both cases.

import { systemClock, type Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import type { RemoteVerifier } from './verifier.ts'

export interface TwoKinds {
  readonly jwt: RemoteVerifier
  /** Introspection, or Authlete. */
  readonly reference: RemoteVerifier
  /** For both steps together. Default 3000. */
  readonly deadlineMs?: number
  readonly clock?: Clock
}

export function createEitherKindVerifier ({ jwt, reference, deadlineMs = 3000, clock = systemClock }: TwoKinds): RemoteVerifier {
  return {
    async verify (token, timeoutMs = deadlineMs) {
      const endAtMs = clock.monotonicMs() + timeoutMs
      const status = await jwt.verify(token, timeoutMs).catch(pendingKeys)
      const introspect = () => reference.verify(token, endAtMs - clock.monotonicMs())
      if (status instanceof AuthorizationServerUnavailable) {
        const introspected = await introspect()
        // A JWT that introspection does not know may be good as soon as the keys are fetched.
        if (introspected.kind === 'inactive') throw status
        return introspected
      }
      return status.kind === 'unverifiable' ? introspect() : status
    },
    ready: async () => { await Promise.all([jwt.ready(), reference.ready()]) }
  }
}

/** While the keys may have changed and are not fetched again yet, introspection can still know the token. */
function pendingKeys (failure: unknown): AuthorizationServerUnavailable {
  if (failure instanceof AuthorizationServerUnavailable && failure.reason === 'keys-pending') return failure
  throw failure
}
