// What a call needs of a token exchange (RFC 8693): at which server, for which upstream, with which scopes and details. Plain data, so that
// the configuration can describe it without knowing this room.

import type { Result } from '../../kernel/result.ts'
import type { Rejection } from '../rejection.ts'
import type { DelegatedToken } from './delegated-token.ts'
import type { UnusableReply } from './exchange-reply.ts'

/** How the tokens of clients are exchanged for tokens of one upstream. Holds secrets. */
export interface TokenExchange {
  /** The name of the upstream. */
  readonly upstream: string
  /** The one issuer whose tokens are exchanged. Absent: each token at its own issuer. */
  readonly issuer?: string
  /** Absent: `token_endpoint` of the metadata of the issuer. */
  readonly tokenEndpoint?: string
  readonly clientId: string
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  readonly clientSecret?: string
  /** PEM or JWK. */
  readonly privateKey?: string
  readonly privateKeyId?: string
  readonly privateKeyAlgorithm: string
  readonly assertionAudience: 'issuer' | 'endpoint'
  /** RFC 8707: the address of the upstream. */
  readonly resource?: string
  /** Its name at the authorization server. */
  readonly audience?: string
  /** The longest time for which a token is kept. */
  readonly cacheMs: number
  /** For one whole exchange, discovery included. */
  readonly deadlineMs: number
}

/** What all calls of one tool have in common; the same object for each of them. */
export interface DelegationWish {
  readonly exchange: TokenExchange
  /** All that is asked for, in the words of the upstream. */
  readonly scopes: readonly string[]
}

export interface DelegationTarget {
  readonly wish: DelegationWish
  /** Which authorization details are asked for: the element at this place of the token's list, the whole list, or none. */
  readonly details: number | 'all' | 'none'
  /** A token of a former answer that the upstream did not accept: it is dropped, and another one is obtained. */
  readonly refused?: Pick<DelegatedToken, 'bearer'> | undefined
}

export type DelegationProblem =
  /** The authorization server was asked about the token of the client, and it is not good any more. */
  | { readonly kind: 'rejected', readonly rejection: Rejection }
  /** It does not exchange this token, which is good. `reason`: an error code of OAuth, or a word of this program. */
  | { readonly kind: 'refused', readonly reason: string }
  /** It answered with a token that is not used. */
  | { readonly kind: 'unusable', readonly reason: UnusableReply }
  | { readonly kind: 'unavailable', readonly reason: string, readonly retryAfterSeconds: number }

export type Delegated = Result<DelegatedToken, DelegationProblem>
