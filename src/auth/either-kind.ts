// A verifier for a server that issues both JWTs and reference tokens: the signature is tried first, and a token that cannot be
// verified by it is introspected. The same checks follow in both cases.

import type { RemoteVerifier } from './verifier.ts'

export interface TwoKinds {
  readonly jwt: RemoteVerifier
  /** Introspection, or Authlete. */
  readonly reference: RemoteVerifier
}

export function createEitherKindVerifier ({ jwt, reference }: TwoKinds): RemoteVerifier {
  return {
    async verify (token) {
      const status = await jwt.verify(token)
      return status.kind === 'unverifiable' ? reference.verify(token) : status
    },
    ready: async () => { await Promise.all([jwt.ready(), reference.ready()]) }
  }
}
