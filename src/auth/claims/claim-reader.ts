// Reads the claims of an introspection reply or a JWT, which RFC 7662 and RFC 9068 name alike. A claim of unusable form makes the
// whole token unusable; values are not compared with anything yet. The names of three claims depend on the server: claim-names.ts.

import { frozenSet } from '../../kernel/frozen.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { isScopeList, isScopeToken } from '../../kernel/scope-syntax.ts'
import { epochSeconds, type EpochSeconds } from '../../kernel/units.ts'
import { claimIn, claimNames, missingScopeClaim, STANDARD_CLAIM_NAMES, type ClaimNames } from './claim-names.ts'
import { shared, sharedAudience, sharedDetails } from './shared-claims.ts'
import { hasControlCharacter } from './subject.ts'
import type { TokenClaims, TokenStatus, UnusableClaim } from '../token-claims.ts'

/** The last second of the year 9999. Larger numbers are times in milliseconds, or tokens that would never expire. */
const LATEST_TIME = 253_402_300_799

/** A claim of unusable form, in contrast to `undefined`, an absent claim. */
const UNUSABLE = null
type Read<T> = T | undefined | typeof UNUSABLE

const NO_AUDIENCE: readonly string[] = []
const NO_SCOPES: ReadonlySet<string> = frozenSet([])
const issuerIn = shared(nameIn)
const clientIdIn = shared(nameIn)
/** Scope tokens separated by blanks. */
const scopesIn = shared(text => isScopeList(text) ? frozenSet(text.split(' ').filter(scope => scope !== '')) : UNUSABLE)

/**
 * A member that is `null` counts as absent: all but `active` are optional. Scopes may be a text or an array of scope tokens. Times may
 * have fractions (RFC 7519 NumericDate); a time that is negative, not finite or beyond the year 9999 is unusable.
 * `authorization_details` are passed on as received, null included, frozen. Unreadable `auth_time` and `acr` count as absent: a tool
 * that requires an authentication level then refuses the call.
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-2.2
 */
export function readClaims (members: JsonObject, names: ClaimNames = STANDARD_CLAIM_NAMES): TokenStatus {
  const exp = readTime(members.exp)
  if (exp === UNUSABLE) return unusable('exp')
  const nbf = readTime(members.nbf)
  if (nbf === UNUSABLE) return unusable('nbf')
  const iss = readName(members.iss, issuerIn)
  if (iss === UNUSABLE) return unusable('iss')
  const aud = readAudience(members.aud)
  if (aud === UNUSABLE) return unusable('aud')
  const sub = readText(claimIn(members, names.subject))
  if (sub === UNUSABLE) return unusable('sub')
  const scopes = readScopes(claimIn(members, names.scope))
  if (scopes === UNUSABLE) return unusable('scope')
  const cnf = readConfirmation(members)
  if (cnf === UNUSABLE) return unusable('cnf')
  const clientId = readName(numberAsText(claimIn(members, names.clientId)), clientIdIn)
  if (clientId === UNUSABLE) return unusable('client_id')

  const claims: TokenClaims = {
    issuer: iss,
    subject: sub,
    unreadSubject: sub === undefined ? unreadSubject(members) : undefined,
    clientId,
    audience: aud ?? NO_AUDIENCE,
    scopes: scopes ?? NO_SCOPES,
    expiresAt: exp,
    notBefore: nbf,
    authenticatedAt: readTime(members.auth_time) ?? undefined,
    authenticationContext: readText(members.acr) ?? undefined,
    confirmation: cnf,
    authorizationDetails: members.authorization_details === undefined ? undefined : sharedDetails(members.authorization_details),
    ...(isAbsent(members.txn) ? {} : { transaction: typeof members.txn === 'string' ? members.txn : '' }),
    missingScopeClaim: scopes === undefined ? missingScopeClaim(members, names.scope) : undefined,
    claimNames: aud === undefined || aud.length === 0 || sub === undefined ? claimNames(members) : undefined
  }
  return { kind: 'active', claims }
}

function unusable (claim: UnusableClaim): TokenStatus {
  return { kind: 'unusable', claim }
}

/** Where `sub` is among the configured names, it has been read. */
function unreadSubject ({ sub }: JsonObject): string | undefined {
  if (isAbsent(sub)) return undefined
  return typeof sub === 'string' ? sub : ''
}

function isAbsent (value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/** Some servers number their clients. JSON.parse rounds numbers above 2^53, and a rounded id belongs to another client. */
function numberAsText (value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
}

function readTime (value: unknown): Read<EpochSeconds> {
  if (isAbsent(value)) return undefined
  return typeof value === 'number' && value >= 0 && value <= LATEST_TIME ? epochSeconds(value) : UNUSABLE
}

function readText (value: unknown): Read<string> {
  if (isAbsent(value)) return undefined
  return typeof value === 'string' ? value : UNUSABLE
}

function readName (value: unknown, read: (text: string) => string | null): Read<string> {
  if (isAbsent(value)) return undefined
  return typeof value === 'string' ? read(value) : UNUSABLE
}

function nameIn (text: string): string | typeof UNUSABLE {
  return text !== '' && !hasControlCharacter(text) ? text : UNUSABLE
}

function readAudience (value: unknown): Read<readonly string[]> {
  if (isAbsent(value)) return undefined
  if (typeof value === 'string') return sharedAudience([value])
  return Array.isArray(value) && value.every(entry => typeof entry === 'string') ? sharedAudience(value) : UNUSABLE
}

function readScopes (value: unknown): Read<ReadonlySet<string>> {
  if (isAbsent(value)) return undefined
  if (Array.isArray(value)) return value.every(isScopeItem) ? scopesIn(value.join(' ')) : UNUSABLE
  return typeof value === 'string' ? scopesIn(value) : UNUSABLE
}

function isScopeItem (value: unknown): value is string {
  return typeof value === 'string' && isScopeToken(value)
}

function readConfirmation (members: JsonObject): Read<JsonObject> {
  if (!isAbsent(members.cnf)) return isJsonObject(members.cnf) ? members.cnf : UNUSABLE
  // RFC 9449 §6.2: the token type says that the token is bound, even when the server omits `cnf`.
  return typeof members.token_type === 'string' && members.token_type.toLowerCase() === 'dpop' ? {} : undefined
}
