// What has been verified? A VerifiedGrant exists only for a token that passed every check of auth/: the brand is not
// exported, so nothing outside this file can make one. It says nothing about what the grant allows: see policy/.

import type { Person } from '../kernel/person.ts'
import type { EpochMilliseconds, EpochSeconds } from '../kernel/units.ts'
import type { TokenClaims } from './token-claims.ts'

declare const verified: unique symbol

export interface VerifiedGrant {
  readonly [verified]: true
  readonly person: Person
  readonly clientId: string | undefined
  readonly scopes: ReadonlySet<string>
  readonly expiresAt: EpochSeconds | undefined
  readonly authenticatedAt: EpochSeconds | undefined
  readonly authenticationContext: string | undefined
  /** As received; `undefined` means absent. */
  readonly authorizationDetails: unknown
  /** When the authorization server was asked, so that a tool can insist on a live answer. */
  readonly askedAt: EpochMilliseconds
  /** The same moment on the clock that never jumps: what freshness is measured with. */
  readonly askedAtMonotonicMs: number
  /** A short hash of the token, for logs. */
  readonly tokenFingerprint: string
}

interface Verification {
  readonly person: Person
  readonly claims: TokenClaims
  readonly askedAt: EpochMilliseconds
  readonly askedAtMonotonicMs: number
  readonly tokenFingerprint: string
}

/** Only for auth/authenticator.ts, after every check has passed; a boundary rule holds others off. */
export function verifiedGrant ({ person, claims, askedAt, askedAtMonotonicMs, tokenFingerprint }: Verification): VerifiedGrant {
  const grant: Omit<VerifiedGrant, typeof verified> = {
    person,
    clientId: claims.clientId,
    scopes: claims.scopes,
    expiresAt: claims.expiresAt,
    authenticatedAt: claims.authenticatedAt,
    authenticationContext: claims.authenticationContext,
    authorizationDetails: claims.authorizationDetails,
    askedAt,
    askedAtMonotonicMs,
    tokenFingerprint
  }
  return grant as VerifiedGrant
}
