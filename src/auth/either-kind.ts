// Which way of verifying fits this token, where configuration names two? A signed JWT is verified by its signature; what is none,
// or is none that we can verify, is a reference token to ask about. Whatever the way, every check follows.

import type { AskingVerifier } from './verifier.ts'

export interface TwoKinds {
  readonly jwt: AskingVerifier
  /** Introspection, in whichever form. */
  readonly reference: AskingVerifier
}

export function createEitherKindVerifier ({ jwt, reference }: TwoKinds): AskingVerifier {
  return {
    identity: `${jwt.identity} or ${reference.identity}`,
    async verify (token) {
      const status = await jwt.verify(token)
      return status.kind === 'unverifiable' ? reference.verify(token) : status
    },
    ready: async () => { await Promise.all([jwt.ready(), reference.ready()]) },
    known: () => jwt.known() && reference.known(),
    close: async () => { await Promise.all([jwt.close(), reference.close()]) }
  }
}
