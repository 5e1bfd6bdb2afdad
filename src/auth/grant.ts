// A grant that has passed every check of auth/. Its brand is not exported, so the compiler refuses a grant made elsewhere. What
// the grant allows is decided in policy/.

import type { Person } from '../kernel/person.ts'
import type { EpochMilliseconds, EpochSeconds } from '../kernel/units.ts'
import type { MissingScopeClaim } from './claims/claim-names.ts'
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
  /** The token is bound to a key or a certificate of the client, which has shown it (RFC 7800 `cnf`). */
  readonly senderConstrained?: true
  /** `txn` of a token that is for one transaction; read only where transaction challenges are on. */
  readonly transaction?: string
  /** Present when the token has no claim of scopes at all: for hints, never for a decision. */
  readonly missingScopeClaim?: MissingScopeClaim | undefined
  /** When the authorization server was asked. */
  readonly askedAt: EpochMilliseconds
  /** The same moment on the monotonic clock, with which freshness is measured. */
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

/** Only for auth/authenticator.ts, after every check has passed; a boundary rule forbids other imports. */
export function verifiedGrant ({ person, claims, askedAt, askedAtMonotonicMs, tokenFingerprint }: Verification): VerifiedGrant {
  const grant: Omit<VerifiedGrant, typeof verified> = {
    person,
    clientId: claims.clientId,
    scopes: claims.scopes,
    expiresAt: claims.expiresAt,
    authenticatedAt: claims.authenticatedAt,
    authenticationContext: claims.authenticationContext,
    authorizationDetails: claims.authorizationDetails,
    ...(claims.confirmation === undefined ? {} : { senderConstrained: true }),
    ...(claims.transaction === undefined ? {} : { transaction: claims.transaction }),
    missingScopeClaim: claims.missingScopeClaim,
    askedAt,
    askedAtMonotonicMs,
    tokenFingerprint
  }
  return grant as VerifiedGrant
}
