// Turns an HTTP reply that is no answer about a token into a fault. It is the fault of the authorization server or of our
// credentials there, never of the token: the client gets 503, not 401.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { ExchangeReply } from './exchange.ts'
import { readJsonBody } from './json-body.ts'

const RETRY_AFTER_SECONDS = { least: 1, usual: 5, most: 60 }

/**
 * @param reply with a status other than the expected one
 * @param sender who sent it, as the operator reads it: `introspection` or `Authlete`
 */
export function createReplyFailure (
  reply: ExchangeReply, sender: 'introspection' | 'Authlete', now: EpochMilliseconds
): AuthorizationServerUnavailable {
  const { status } = reply
  const detail = `${sender} answered with HTTP status ${status}`
  if (status >= 300 && status < 400) return new AuthorizationServerUnavailable('redirect', detail)
  if (status === 401 || status === 403 || reportsBadCredentials(reply)) {
    return new AuthorizationServerUnavailable('credentials-rejected', detail)
  }
  const retryAfterSeconds = readRetryAfter(reply.retryAfter, now)
  return new AuthorizationServerUnavailable(status === 429 ? 'rate-limited' : 'unexpected-status', detail, retryAfterSeconds)
}

/**
 * Whether the reply says that tokens of this kind cannot be introspected. oidc-provider answers so for every text that looks
 * like a JWT. It is an answer about the token: counted as an outage, any client could cause one.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1
 */
export function reportsUnsupportedToken (reply: ExchangeReply): boolean {
  if (reply.status !== 400) return false
  const body = readJsonBody(reply)
  return isJsonObject(body) && body.error === 'unsupported_token_type'
}

/** 400 with `invalid_client` (RFC 6749 §5.2), or 500 with the description that servers of the au3te family send. */
function reportsBadCredentials (reply: ExchangeReply): boolean {
  if (reply.status !== 400 && reply.status !== 500) return false
  const body = readJsonBody(reply)
  if (!isJsonObject(body)) return false
  return reply.status === 400
    ? body.error === 'invalid_client'
    : body.error_description === 'Resource server authentication failed'
}

/** Seconds or a date (RFC 9110 §10.2.3), within bounds: a server must not keep our clients away for a day. */
function readRetryAfter (value: string | undefined, now: EpochMilliseconds): number {
  if (value === undefined) return RETRY_AFTER_SECONDS.usual
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000)
  if (Number.isNaN(seconds)) return RETRY_AFTER_SECONDS.usual
  return Math.min(Math.max(seconds, RETRY_AFTER_SECONDS.least), RETRY_AFTER_SECONDS.most)
}
