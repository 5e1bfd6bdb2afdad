// The answer about a token and its claims, in one form for introspection, JWTs and Authlete. Nothing is judged yet: expiry, issuer,
// audience and confirmation are checked on every use, also when the answer comes from the cache.

import type { JsonObject } from '../kernel/json.ts'
import type { EpochSeconds } from '../kernel/units.ts'
import type { MissingScopeClaim } from './claims/claim-names.ts'

/**
 * The claims of an active token (RFC 7662 §2.2, RFC 9068 §2.2).
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export interface TokenClaims {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  /**
   * `sub`, where configuration names other claims for the subject and the token has none of those: it is not read as a name, and says
   * that the token is not one without a person. `''` for a `sub` that is no text.
   */
  readonly unreadSubject?: string | undefined
  readonly clientId: string | undefined
  /** A string `aud` becomes a list of one; an absent one an empty list. */
  readonly audience: readonly string[]
  readonly scopes: ReadonlySet<string>
  readonly expiresAt: EpochSeconds | undefined
  readonly notBefore: EpochSeconds | undefined
  readonly authenticatedAt: EpochSeconds | undefined
  readonly authenticationContext: string | undefined
  /** `cnf`: when present, the token is bound to a key and is not a bearer token (RFC 7800). */
  readonly confirmation: JsonObject | undefined
  /** `authorization_details` as received; `undefined` when there is none. Only policy/ reads it. */
  readonly authorizationDetails: unknown
  /** `txn` of a token that is for one transaction; `''` for one that is no text. Absent: a general token. */
  readonly transaction?: string
  /** Present when the token has no claim of scopes at all: for hints, never for a decision. */
  readonly missingScopeClaim?: MissingScopeClaim | undefined
  /** Names of the claims that are there, where one that is needed is not: for hints, never for a decision. */
  readonly claimNames?: readonly string[] | undefined
}

/** A claim whose form makes the whole token unusable. */
export type UnusableClaim = 'exp' | 'nbf' | 'iss' | 'aud' | 'sub' | 'scope' | 'cnf' | 'client_id'

/** Why the signature of a token could not be verified, in the order of the checks. */
export type UnverifiableProblem = 'form' | 'type' | 'algorithm' | 'key' | 'signature'

export type TokenStatus =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'unverifiable', readonly problem: UnverifiableProblem }
  | { readonly kind: 'unusable', readonly claim: UnusableClaim }
  | { readonly kind: 'active', readonly claims: TokenClaims }
