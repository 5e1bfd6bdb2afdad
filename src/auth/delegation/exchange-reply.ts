// Judges the successful reply to a token exchange, member by member. A token that is wider than what was asked for is as good as the token
// of the client, so it is not used: the upstream could do with it what the person never agreed to.

import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isJsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { parseJsonBytes } from '../server/json-body.ts'
import { DelegatedToken } from './delegated-token.ts'

export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

export type UnusableReply =
  /** No JSON object with a token in it. */
  | 'unreadable'
  /** The token of the client came back: using it would be passing it through. */
  | 'same-token'
  /** Longer than a header takes, or with characters that no access token has (RFC 6750 section 2.1). */
  | 'token-too-long' | 'token-characters'
  /** A JWT whose audience is this gateway: the other server could call it in the name of the person (RFC 8707 section 2). */
  | 'own-audience'
  /** Not `Bearer`. */
  | 'token-type'
  /** Not an access token. */
  | 'issued-token-type'
  /** `expires_in` is no positive number. */
  | 'expiry'
  /** Scopes that were not asked for. */
  | 'wider-scope'
  /** Details that were not asked for. */
  | 'wider-details'
  /** Nothing says that the token has the details that were asked for and no others (RFC 9396 section 7). */
  | 'details-not-confirmed'

export interface ExchangedToken {
  readonly token: DelegatedToken
  /** `undefined`: the reply does not say. */
  readonly expiresInSeconds: number | undefined
}

/** The authorization details of an exchange, in the form in which the authorization server issued them. */
export interface AskedDetails {
  /** Absent: the parameter is not sent, and the reply must not have details. */
  readonly elements: readonly JsonValue[] | undefined
  /** SHA-256 of `elements`, base64url. */
  readonly digest: string
}

export interface AskedToken {
  readonly subjectToken: string
  readonly scopes: readonly string[]
  readonly details: AskedDetails
}

const NONE: ReadonlySet<string> = new Set()
const MAX_TOKEN_CHARACTERS = 16_384
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * @param reply parsed JSON, or `undefined` when the body was not JSON
 * @param ownAudiences for which the token must not be
 * @see https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1
 */
export function judgeExchangeReply (
  reply: unknown, { subjectToken, scopes, details }: AskedToken, ownAudiences: ReadonlySet<string> = NONE
): Result<ExchangedToken, UnusableReply> {
  if (!isJsonObject(reply)) return err('unreadable')
  const { access_token: token, token_type: type, issued_token_type: issued, expires_in: expiresIn } = reply
  if (typeof token !== 'string' || token === '') return err('unreadable')
  if (isSameToken(token, subjectToken)) return err('same-token')
  if (token.length > MAX_TOKEN_CHARACTERS) return err('token-too-long')
  if (!TOKEN.test(token)) return err('token-characters')
  if (ownAudiences.size > 0 && audiencesOf(token).some(audience => ownAudiences.has(audience))) return err('own-audience')
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return err('token-type')
  if (issued !== ACCESS_TOKEN_TYPE) return err('issued-token-type')
  if (expiresIn !== undefined && !(typeof expiresIn === 'number' && expiresIn > 0 && Number.isFinite(expiresIn))) return err('expiry')
  if (!isWithin(reply['scope'], scopes)) return err('wider-scope')
  const problem = detailsProblem(reply['authorization_details'], details)
  return problem === undefined ? ok({ token: new DelegatedToken(token), expiresInSeconds: expiresIn }) : err(problem)
}

/** In another spelling, or inside another text, it is the token of the client all the same. */
function isSameToken (token: string, subjectToken: string): boolean {
  return token.toLowerCase().includes(subjectToken.replace(/=+$/, '').toLowerCase())
}

/** Of a JWT, read and not verified: the token is not for us to accept. Another token says nothing. */
function audiencesOf (token: string): readonly string[] {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return []
  const claims = parseJsonBytes(Buffer.from(payload, 'base64url'))
  const audience = isJsonObject(claims) ? claims['aud'] : undefined
  return (Array.isArray(audience) ? audience : [audience]).filter(one => typeof one === 'string')
}

/** A reply without `scope` grants what was asked for (RFC 6749 section 5.1). */
function isWithin (granted: JsonValue | undefined, asked: readonly string[]): boolean {
  if (granted === undefined || granted === '') return true
  return typeof granted === 'string' && granted.split(' ').every(scope => asked.includes(scope))
}

/** RFC 9396 section 6.1 knows no comparison of two elements that holds for all types: each must be one that was asked for. */
function detailsProblem (granted: JsonValue | undefined, { elements }: AskedDetails): UnusableReply | undefined {
  const isAbsent = granted === undefined || (Array.isArray(granted) && granted.length === 0)
  if (elements === undefined) return isAbsent ? undefined : 'wider-details'
  if (isAbsent) return 'details-not-confirmed'
  if (!Array.isArray(granted)) return 'wider-details'
  const asked = new Set(elements.map(canonicalJson))
  return granted.every((element: JsonValue) => asked.has(canonicalJson(element))) ? undefined : 'wider-details'
}
