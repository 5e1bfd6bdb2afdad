// How does the rest of the gateway ask whether a request is authenticated? The port between http/ and auth/.

import type { Result } from '../kernel/result.ts'
import type { VerifiedGrant } from './grant.ts'
import type { Possession } from './possession/possession.ts'
import type { PresentedToken } from './presented-token.ts'
import type { Rejection } from './rejection.ts'

export type Authentication = Result<VerifiedGrant, Rejection>

export interface Authenticator {
  /**
   * Every check of auth/ on this token. Answers synchronously when the cache can, so that a cached request costs no
   * promise; otherwise asks the authorization server, once for all who ask at the same time.
   * @param possession what the sender showed beside the token; absent: nothing
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly authenticate: (token: PresentedToken, possession?: Possession) => Authentication | Promise<Authentication>
  /**
   * The same checks on a live answer, asked for after this call, never an older flight; those who call at the same time share
   * one, and may wait for the one before it.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly authenticateLive: (token: PresentedToken, possession?: Possession) => Promise<Authentication>
  readonly close: () => Promise<void>
}
