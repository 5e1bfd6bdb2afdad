// Which token does a request present? Reads the Authorization header as RFC 6750 §2.1 writes it, and nothing looser:
// what two parties could read differently is refused. It does not ask whether the token is any good.

import { err, ok, type Result } from '../kernel/result.ts'
import { PresentedToken } from './presented-token.ts'
import type { Rejection } from './rejection.ts'

/** Longer tokens exist nowhere and cost hashing time; Node's own limit for all headers together is 16 KiB. */
const MAX_TOKEN_LENGTH = 8192

const SCHEME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
const JOINED = /,\s*(?:bearer|dpop)(?:\s|$)/i
const DPOP_SCHEME = /^dpop(?![!#$%&'*+.^_`|~0-9A-Za-z-])/i

const MISSING: Rejection = { kind: 'missing-token' }
const REPEATED: Rejection = { kind: 'malformed-credentials', problem: 'repeated' }
const EMPTY: Rejection = { kind: 'malformed-credentials', problem: 'empty' }
const SYNTAX: Rejection = { kind: 'malformed-credentials', problem: 'syntax' }

/**
 * The bearer token of a request.
 * @param rawAuthorization the value of every Authorization header field, in order, unjoined: Node's `headers` object
 *   keeps only the first, so they are taken from `rawHeaders`.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function parseBearer (rawAuthorization: readonly string[]): Result<PresentedToken, Rejection> {
  return parseCredentials(rawAuthorization, 'bearer')
}

/** Are these the credentials of the DPoP scheme? One field, whatever follows the scheme. */
export function hasDpopScheme ([value, ...others]: readonly string[]): boolean {
  return value !== undefined && others.length === 0 && DPOP_SCHEME.test(value)
}

/**
 * The token of a request with the DPoP scheme, written like a bearer token.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 */
export function parseDpop (rawAuthorization: readonly string[]): Result<PresentedToken, Rejection> {
  return parseCredentials(rawAuthorization, 'dpop')
}

function parseCredentials (rawAuthorization: readonly string[], wanted: 'bearer' | 'dpop'): Result<PresentedToken, Rejection> {
  const [value] = rawAuthorization
  if (value === undefined) return err(MISSING)
  if (rawAuthorization.length > 1) return err(REPEATED)
  if (value === '') return err(EMPTY)

  const scheme = SCHEME.exec(value)?.[0]
  if (scheme === undefined) return err(SYNTAX)
  if (scheme.toLowerCase() !== wanted) return err(JOINED.test(value) ? REPEATED : MISSING)
  return parseToken(value.slice(scheme.length))
}

function parseToken (afterScheme: string): Result<PresentedToken, Rejection> {
  let start = 0
  while (afterScheme[start] === ' ') start += 1
  if (start === afterScheme.length) return err(EMPTY)

  const token = afterScheme.slice(start)
  if (start === 0 || token.length > MAX_TOKEN_LENGTH) return err(SYNTAX)
  if (B64TOKEN.test(token)) return ok(new PresentedToken(token))
  // A token has no comma, and a comma is what a proxy joins two header fields with.
  return err(token.includes(',') ? REPEATED : SYNTAX)
}

/**
 * Does this request target carry an `access_token` parameter? Such a request is refused even when its header is good:
 * the token is in somebody's log already.
 * @param requestTarget as received, not decoded
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.3
 */
export function hasTokenInQuery (requestTarget: string): boolean {
  const question = requestTarget.indexOf('?')
  if (question === -1) return false
  // URLSearchParams decodes names (`access%5Ftoken`) and never throws; `;` still separates parameters for some servers.
  return new URLSearchParams(requestTarget.slice(question + 1).replaceAll(';', '&')).has('access_token')
}
