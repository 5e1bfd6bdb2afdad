// A verifier for a server that issues both JWTs and reference tokens: the signature is tried first, and a token that cannot be
// verified by it is introspected. The same checks follow in both cases.

import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import type { RemoteVerifier } from './verifier.ts'

export interface TwoKinds {
  readonly jwt: RemoteVerifier
  /** Introspection, or Authlete. */
  readonly reference: RemoteVerifier
}

export function createEitherKindVerifier ({ jwt, reference }: TwoKinds): RemoteVerifier {
  return {
    async verify (token) {
      const status = await jwt.verify(token).catch(pendingKeys)
      if (status instanceof AuthorizationServerUnavailable) {
        const introspected = await reference.verify(token)
        // A JWT that introspection does not know may be good as soon as the keys are fetched.
        if (introspected.kind === 'inactive') throw status
        return introspected
      }
      return status.kind === 'unverifiable' ? reference.verify(token) : status
    },
    ready: async () => { await Promise.all([jwt.ready(), reference.ready()]) }
  }
}

/** While the keys may have changed and are not fetched again yet, introspection can still know the token. */
function pendingKeys (failure: unknown): AuthorizationServerUnavailable {
  if (failure instanceof AuthorizationServerUnavailable && failure.reason === 'keys-pending') return failure
  throw failure
}
