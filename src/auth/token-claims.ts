// What did the authorization server say of a token? Normalised in form, not judged: expiry, issuer, audience and
// confirmation are checked afterwards, on every use, whether the answer came from the network or from the cache.

import type { JsonObject } from '../kernel/json.ts'
import type { EpochSeconds } from '../kernel/units.ts'

/**
 * The claims of an active token (RFC 7662 §2.2, RFC 9068 §2.2).
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export interface TokenClaims {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly clientId: string | undefined
  /** A string `aud` becomes a list of one; an absent one an empty list. */
  readonly audience: readonly string[]
  readonly scopes: ReadonlySet<string>
  readonly expiresAt: EpochSeconds | undefined
  readonly notBefore: EpochSeconds | undefined
  readonly authenticatedAt: EpochSeconds | undefined
  readonly authenticationContext: string | undefined
  /** `cnf`: present means the token is bound to a key and is no bearer token (RFC 7800). */
  readonly confirmation: JsonObject | undefined
  /** `authorization_details` as received; `undefined` means that the reply had none. Read by policy/ only. */
  readonly authorizationDetails: unknown
}

/** A claim whose form makes the whole token unusable. */
export type UnusableClaim = 'exp' | 'nbf' | 'iss' | 'aud' | 'sub' | 'scope' | 'cnf' | 'client_id'

/** What about a signed token keeps us from believing any of it, in the order in which it is looked at. */
export type UnverifiableProblem = 'form' | 'type' | 'algorithm' | 'key' | 'signature'

export type TokenStatus =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'unverifiable', readonly problem: UnverifiableProblem }
  | { readonly kind: 'unusable', readonly claim: UnusableClaim }
  | { readonly kind: 'active', readonly claims: TokenClaims }
