// Reads the credentials of a request: the Authorization header with the Bearer scheme (RFC 6750 §2.1) or the DPoP scheme
// (RFC 9449 §7.1). What two parties could read differently is refused. Whether the token is valid is decided in auth/.

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Scheme } from '../../auth/possession/possession.ts'
import { PresentedToken } from '../../auth/presented-token.ts'
import type { Rejection } from '../../auth/rejection.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { DEFAULT_TOKEN_CHARACTERS } from '../../kernel/token-length.ts'
import { rawHeaderFields } from './raw-header.ts'

interface PresentedCredentials {
  readonly scheme: Scheme
  readonly token: PresentedToken
}

interface RefusedCredentials {
  /** The scheme whose challenge carries the error; `Bearer` when the request names no scheme that is accepted. */
  readonly scheme: Scheme
  readonly rejection: Rejection
}

export type Credentials = Result<PresentedCredentials, RefusedCredentials>

const SCHEME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
/** A second pair of credentials in one field, as a proxy joins two fields. */
const JOINED = /,\s*(?:bearer|dpop)(?:\s|$)/i

const MISSING = refused({ kind: 'missing-token' })
const REPEATED = refused({ kind: 'malformed-credentials', problem: 'repeated' })
const EMPTY = refused({ kind: 'malformed-credentials', problem: 'empty' })
const SYNTAX = refused({ kind: 'malformed-credentials', problem: 'syntax' })
const TOO_LONG = refused({ kind: 'malformed-credentials', problem: 'too-long' })
const IN_QUERY = refused({ kind: 'malformed-credentials', problem: 'token-in-query' })

/**
 * Reads the credentials of each request. A client presents the same token with every request of a connection: it is parsed
 * and hashed once for each connection. Measured: docs/performance.md#bearer-reader
 * @param acceptsDpop whether the DPoP scheme is accepted; otherwise it is treated like any other unknown scheme
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2
 */
export function createCredentialsReader (
  acceptsDpop: boolean, maxTokenCharacters = DEFAULT_TOKEN_CHARACTERS
): (request: IncomingMessage) => Credentials {
  const lastOfSocket = new WeakMap<Socket, { readonly field: string, readonly credentials: Credentials }>()
  return request => {
    // Even when the header is valid: the token is in a log already.
    if (hasTokenInQuery(request.url ?? '')) return IN_QUERY
    const fields = rawHeaderFields(request, 'authorization')
    const [field] = fields
    if (field === undefined || fields.length > 1) return parseCredentials(fields, acceptsDpop, maxTokenCharacters)
    const last = lastOfSocket.get(request.socket)
    if (last !== undefined && last.field === field) return last.credentials
    const credentials = parseCredentials(fields, acceptsDpop, maxTokenCharacters)
    if (credentials.ok) lastOfSocket.set(request.socket, { field, credentials })
    return credentials
  }
}

/**
 * Parses the Authorization header.
 * @param fields the value of every Authorization header field, in order, unjoined
 * @example parseCredentials(['Bearer abc'], false) // { ok: true, value: { scheme: 'Bearer', token } }
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 */
export function parseCredentials (
  fields: readonly string[], acceptsDpop: boolean, maxTokenCharacters = DEFAULT_TOKEN_CHARACTERS
): Credentials {
  const [value] = fields
  if (value === undefined) return MISSING
  if (fields.length > 1) return REPEATED
  if (value === '') return EMPTY

  const name = SCHEME.exec(value)?.[0]
  if (name === undefined) return SYNTAX
  const scheme = acceptedScheme(name, acceptsDpop)
  if (scheme === undefined) return JOINED.test(value) ? REPEATED : MISSING
  return parseToken(scheme, value.slice(name.length), maxTokenCharacters)
}

/** Scheme names have no case (RFC 9110 §11.1). */
function acceptedScheme (name: string, acceptsDpop: boolean): Scheme | undefined {
  const scheme = name.toLowerCase()
  if (scheme === 'bearer') return 'Bearer'
  return scheme === 'dpop' && acceptsDpop ? 'DPoP' : undefined
}

function parseToken (scheme: Scheme, afterScheme: string, maxTokenCharacters: number): Credentials {
  let start = 0
  while (afterScheme[start] === ' ') start += 1
  if (start === afterScheme.length) return withScheme(EMPTY, scheme)

  const token = afterScheme.slice(start)
  if (start === 0) return withScheme(SYNTAX, scheme)
  if (token.length > maxTokenCharacters) return withScheme(TOO_LONG, scheme)
  if (B64TOKEN.test(token)) return ok({ scheme, token: new PresentedToken(token) })
  // A token contains no comma, and a proxy joins two header fields with a comma.
  return withScheme(token.includes(',') ? REPEATED : SYNTAX, scheme)
}

/**
 * Whether a request target has an `access_token` parameter.
 * @param requestTarget as received, not decoded
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.3
 */
export function hasTokenInQuery (requestTarget: string): boolean {
  const question = requestTarget.indexOf('?')
  if (question === -1) return false
  // URLSearchParams decodes names (`access%5Ftoken`) and never throws; some servers still separate parameters with `;`.
  return new URLSearchParams(requestTarget.slice(question + 1).replaceAll(';', '&')).has('access_token')
}

type Refused = Extract<Credentials, { readonly ok: false }>

function refused (rejection: Rejection): Refused {
  return err({ scheme: 'Bearer', rejection })
}

function withScheme ({ error }: Refused, scheme: Scheme): Refused {
  return err({ ...error, scheme })
}
