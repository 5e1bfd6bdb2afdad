// What does an introspection reply say? Reads RFC 7662 §2.2 into a TokenStatus, strictly: a reply that is no answer is
// the server's fault, a claim of unusable form is the token's. Judges no claim and ignores members it does not know.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { epochSeconds, type EpochSeconds } from '../../kernel/units.ts'
import { hasControlCharacter } from '../control-character.ts'
import type { TokenClaims, TokenStatus, UnusableClaim } from '../token-claims.ts'

/** The last second of the year 9999. Beyond it lie times in milliseconds, and tokens that would never expire. */
const LATEST_TIME = 253_402_300_799

/** RFC 6749 §3.3 scope-token: printable ASCII without blank, quote and backslash. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e ]*$/

const INACTIVE: TokenStatus = { kind: 'inactive' }
/** What a reader returns for a form it cannot use; `undefined` stays what it is, absent. */
const UNUSABLE = null
type Read<T> = T | undefined | typeof UNUSABLE

/**
 * Absent members stay absent; `null` is not absent. Times may have fractions (RFC 7519 NumericDate); one that is
 * negative, not finite or beyond the year 9999 is unusable. `authorization_details` pass through as received.
 * Unreadable `auth_time` and `acr` count as absent: a tool that asks for an authentication level then refuses.
 * @param reply parsed JSON, or `undefined` when it was none
 * @throws AuthorizationServerUnavailable when it is not an object, or its `active` is not a boolean
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export function parseIntrospectionReply (reply: unknown): TokenStatus {
  if (!isJsonObject(reply)) throw new AuthorizationServerUnavailable('unparseable', 'introspection reply is not a JSON object')
  if (typeof reply.active !== 'boolean') throw new AuthorizationServerUnavailable('unparseable', 'introspection reply without a boolean "active"')
  return reply.active && !isRefreshToken(reply) ? readClaims(reply) : INACTIVE
}

/** Introspection also knows refresh tokens, and they are for the authorization server's eyes only. */
function isRefreshToken (reply: JsonObject): boolean {
  return reply.token_type === 'refresh_token' || reply.token_use === 'refresh_token'
}

function readClaims (reply: JsonObject): TokenStatus {
  const exp = readTime(reply.exp)
  if (exp === UNUSABLE) return unusable('exp')
  const nbf = readTime(reply.nbf)
  if (nbf === UNUSABLE) return unusable('nbf')
  const iss = readName(reply.iss)
  if (iss === UNUSABLE) return unusable('iss')
  const aud = readAudience(reply.aud)
  if (aud === UNUSABLE) return unusable('aud')
  const sub = readText(reply.sub)
  if (sub === UNUSABLE) return unusable('sub')
  const scopes = readScopes(reply.scope)
  if (scopes === UNUSABLE) return unusable('scope')
  const cnf = readConfirmation(reply)
  if (cnf === UNUSABLE) return unusable('cnf')
  const clientId = readName(reply.client_id)
  if (clientId === UNUSABLE) return unusable('client_id')

  const claims: TokenClaims = {
    issuer: iss,
    subject: sub,
    clientId,
    audience: aud ?? [],
    scopes: scopes ?? new Set(),
    expiresAt: exp,
    notBefore: nbf,
    authenticatedAt: readTime(reply.auth_time) ?? undefined,
    authenticationContext: readText(reply.acr) ?? undefined,
    confirmation: cnf,
    authorizationDetails: reply.authorization_details
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

function readName (value: unknown): Read<string> {
  if (value === undefined) return undefined
  return typeof value === 'string' && value !== '' && !hasControlCharacter(value) ? value : UNUSABLE
}

function readAudience (value: unknown): Read<readonly string[]> {
  if (value === undefined) return undefined
  if (typeof value === 'string') return [value]
  return Array.isArray(value) && value.every(entry => typeof entry === 'string') ? value : UNUSABLE
}

function readScopes (value: unknown): Read<ReadonlySet<string>> {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !SCOPE.test(value)) return UNUSABLE
  return new Set(value.split(' ').filter(scope => scope !== ''))
}

function readConfirmation (reply: JsonObject): Read<JsonObject> {
  if (reply.cnf !== undefined) return isJsonObject(reply.cnf) ? reply.cnf : UNUSABLE
  // RFC 9449 §6.2: the token type alone says that the token is bound, should the server leave `cnf` out.
  return typeof reply.token_type === 'string' && reply.token_type.toLowerCase() === 'dpop' ? {} : undefined
}
