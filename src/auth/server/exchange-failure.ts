// Turns an HTTP reply that is no answer about a token into a fault. It is the fault of the authorization server or of our
// credentials there, never of the token: the client gets 503, not 401.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { ExchangeReply } from './exchange.ts'
import { readJsonBody } from './json-body.ts'

const RETRY_AFTER_SECONDS = { least: 1, usual: 5, most: 60 }
/** Of a rate limit. It is no outage, and one client can cause it: the others are not sent away for as long as the server says. */
const MOST_AFTER_RATE_LIMIT_SECONDS = 5

/**
 * @param reply with a status other than the expected one
 * @param sender who sent it, as the operator reads it
 */
export function createReplyFailure (
  reply: ExchangeReply, sender: 'introspection' | 'Authlete' | 'token exchange', now: EpochMilliseconds
): AuthorizationServerUnavailable {
  const { status } = reply
  const detail = `${sender} answered with HTTP status ${status}`
  if (status >= 300 && status < 400) return new AuthorizationServerUnavailable('redirect', detail)
  if (status === 401 || status === 403 || reportsBadCredentials(reply)) {
    return new AuthorizationServerUnavailable('credentials-rejected', detail)
  }
  const retryAfterSeconds = readRetryAfter(reply.retryAfter, now)
  return status === 429
    ? new AuthorizationServerUnavailable('rate-limited', detail, Math.min(retryAfterSeconds, MOST_AFTER_RATE_LIMIT_SECONDS))
    : new AuthorizationServerUnavailable('unexpected-status', detail, retryAfterSeconds)
}

/** 400 with `invalid_client` (RFC 6749 §5.2), or 500 with the description that servers of the au3te family send. */
export function reportsBadCredentials (reply: ExchangeReply): boolean {
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
