// Who can say what a token is worth? The port that RFC 7662 introspection implements, and other ways may.
// An implementation reports; it does not decide. It never caches.

import type { PresentedToken } from './presented-token.ts'
import type { TokenStatus } from './token-claims.ts'

export interface Verifier {
  /** Names the authorization server and the way it is asked: two verifiers never share a cache entry. */
  readonly identity: string
  /** @throws AuthorizationServerUnavailable when no usable answer could be had. */
  readonly verify: (token: PresentedToken) => Promise<TokenStatus>
  readonly close: () => Promise<void>
}

/** A verifier that must find out where to ask, or with which keys, before it can answer. */
export interface AskingVerifier extends Verifier {
  /**
   * Resolves once that is known.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly ready: () => Promise<void>
  readonly known: () => boolean
}
