// What do the members of a reply or of a JWT say? One reader for both: RFC 7662 and RFC 9068 name the claims alike. Strict in
// form, without judgement: a claim of unusable form makes the whole token unusable, and nothing is compared with anything.

import { frozenSet } from '../../kernel/frozen.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { isScopeList, isScopeToken } from '../../kernel/scope-syntax.ts'
import { epochSeconds, type EpochSeconds } from '../../kernel/units.ts'
import { shared, sharedAudience, sharedDetails } from './shared-claims.ts'
import { hasControlCharacter } from './subject.ts'
import type { TokenClaims, TokenStatus, UnusableClaim } from '../token-claims.ts'

/** The last second of the year 9999. Beyond it lie times in milliseconds, and tokens that would never expire. */
const LATEST_TIME = 253_402_300_799

/** What a reader returns for a form it cannot use; `undefined` stays what it is, absent. */
const UNUSABLE = null
type Read<T> = T | undefined | typeof UNUSABLE

const NOBODY: readonly string[] = []
const NO_SCOPES: ReadonlySet<string> = frozenSet([])
const issuerIn = shared(nameIn)
const clientIdIn = shared(nameIn)
/** Of scope tokens between blanks. */
const scopesIn = shared(text => isScopeList(text) ? frozenSet(text.split(' ').filter(scope => scope !== '')) : UNUSABLE)

export interface ClaimForms {
  /** A `scope` may also be an array of scope tokens, as some issuers of JWTs write it. Default: a text only. */
  readonly scopeArray?: boolean
}

/**
 * Absent members stay absent; `null` is not absent. Times may have fractions (RFC 7519 NumericDate); one that is
 * negative, not finite or beyond the year 9999 is unusable. `authorization_details` pass through as received, frozen.
 * Unreadable `auth_time` and `acr` count as absent: a tool that asks for an authentication level then refuses.
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-2.2
 */
export function readClaims (members: JsonObject, { scopeArray = false }: ClaimForms = {}): TokenStatus {
  const exp = readTime(members.exp)
  if (exp === UNUSABLE) return unusable('exp')
  const nbf = readTime(members.nbf)
  if (nbf === UNUSABLE) return unusable('nbf')
  const iss = readName(members.iss, issuerIn)
  if (iss === UNUSABLE) return unusable('iss')
  const aud = readAudience(members.aud)
  if (aud === UNUSABLE) return unusable('aud')
  const sub = readText(members.sub)
  if (sub === UNUSABLE) return unusable('sub')
  const scopes = readScopes(members.scope, scopeArray)
  if (scopes === UNUSABLE) return unusable('scope')
  const cnf = readConfirmation(members)
  if (cnf === UNUSABLE) return unusable('cnf')
  const clientId = readName(members.client_id, clientIdIn)
  if (clientId === UNUSABLE) return unusable('client_id')

  const claims: TokenClaims = {
    issuer: iss,
    subject: sub,
    clientId,
    audience: aud ?? NOBODY,
    scopes: scopes ?? NO_SCOPES,
    expiresAt: exp,
    notBefore: nbf,
    authenticatedAt: readTime(members.auth_time) ?? undefined,
    authenticationContext: readText(members.acr) ?? undefined,
    confirmation: cnf,
    authorizationDetails: members.authorization_details === undefined ? undefined : sharedDetails(members.authorization_details)
  }
  return { kind: 'active', claims }
}

function unusable (claim: UnusableClaim): TokenStatus {
  return { kind: 'unusable', claim }
}

function readTime (value: unknown): Read<EpochSeconds> {
  if (value === undefined) return undefined
  return typeof value === 'number' && value >= 0 && value <= LATEST_TIME ? epochSeconds(value) : UNUSABLE
}

function readText (value: unknown): Read<string> {
  return value === undefined || typeof value === 'string' ? value : UNUSABLE
}

function readName (value: unknown, read: (text: string) => string | null): Read<string> {
  if (value === undefined) return undefined
  return typeof value === 'string' ? read(value) : UNUSABLE
}

function nameIn (text: string): string | typeof UNUSABLE {
  return text !== '' && !hasControlCharacter(text) ? text : UNUSABLE
}

function readAudience (value: unknown): Read<readonly string[]> {
  if (value === undefined) return undefined
  if (typeof value === 'string') return sharedAudience([value])
  return Array.isArray(value) && value.every(entry => typeof entry === 'string') ? sharedAudience(value) : UNUSABLE
}

function readScopes (value: unknown, allowArray: boolean): Read<ReadonlySet<string>> {
  if (value === undefined) return undefined
  if (allowArray && Array.isArray(value)) return value.every(isScopeItem) ? scopesIn(value.join(' ')) : UNUSABLE
  return typeof value === 'string' ? scopesIn(value) : UNUSABLE
}

function isScopeItem (value: unknown): value is string {
  return typeof value === 'string' && isScopeToken(value)
}

function readConfirmation (members: JsonObject): Read<JsonObject> {
  if (members.cnf !== undefined) return isJsonObject(members.cnf) ? members.cnf : UNUSABLE
  // RFC 9449 §6.2: the token type alone says that the token is bound, should the server leave `cnf` out.
  return typeof members.token_type === 'string' && members.token_type.toLowerCase() === 'dpop' ? {} : undefined
}
