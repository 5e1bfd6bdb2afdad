// The port of token verification: introspection, JWT signatures and Authlete implement it. A verifier reports what it learns
// about a token; it decides nothing and caches nothing.

import type { PresentedToken } from './presented-token.ts'
import type { TokenStatus } from './token-claims.ts'

export interface Verifier {
  /** @throws AuthorizationServerUnavailable (as a rejected promise) when there is no usable answer */
  readonly verify: (token: PresentedToken) => Promise<TokenStatus>
}

/** A verifier that needs something of the authorization server first: an address, or keys. */
export interface RemoteVerifier extends Verifier {
  /**
   * @param timeoutMs what is left of the deadline when the caller has waited already; absent: the whole deadline
   * @throws AuthorizationServerUnavailable (as a rejected promise) when there is no usable answer in this time
   */
  readonly verify: (token: PresentedToken, timeoutMs?: number) => Promise<TokenStatus>
  /**
   * Resolves once it is known.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly ready: () => Promise<void>
}
