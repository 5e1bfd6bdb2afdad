// The port between http/ and auth/: a token goes in, a verified grant or a rejection comes out.

import type { Result } from '../kernel/result.ts'
import type { VerifiedGrant } from './grant.ts'
import type { Possession } from './possession/possession.ts'
import type { PresentedToken } from './presented-token.ts'
import type { Rejection } from './rejection.ts'

export type Authentication = Result<VerifiedGrant, Rejection>

export interface Authenticator {
  /**
   * Applies every check of auth/ to a token. The result is synchronous when the authorization server's answer is cached;
   * otherwise the server is asked, once for all concurrent requests with this token.
   * @param possession the keys and certificates that the sender proved to have; absent: none
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly authenticate: (token: PresentedToken, possession?: Possession) => Authentication | Promise<Authentication>
  /**
   * Applies the same checks to an answer that is requested after this call. Concurrent calls share one request, which may
   * have to wait for the request before it.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly authenticateLive: (token: PresentedToken, possession?: Possession) => Promise<Authentication>
  /**
   * Applies the same checks once more, later in the life of one request: to the cached answer where there is one, otherwise to an answer
   * that is requested after this call. Not counted as another use of the cache.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly authenticateAgain: (token: PresentedToken, possession?: Possession) => Authentication | Promise<Authentication>
}
