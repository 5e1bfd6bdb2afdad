// What went wrong when the introspection endpoint answered with something other than 200? Never the token's fault.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { ExchangeReply } from './exchange.ts'
import { readJsonBody } from './json-body.ts'

const RETRY_AFTER_SECONDS = { least: 1, usual: 5, most: 60 }

export function explainFailure (reply: ExchangeReply, now: EpochMilliseconds): AuthorizationServerUnavailable {
  const { status } = reply
  const detail = `introspection answered with HTTP status ${status}`
  if (status >= 300 && status < 400) return new AuthorizationServerUnavailable('redirect', detail)
  if (status === 401 || status === 403 || saysBadCredentials(reply)) return new AuthorizationServerUnavailable('credentials-rejected', detail)
  const retryAfterSeconds = readRetryAfter(reply.retryAfter, now)
  return new AuthorizationServerUnavailable(status === 429 ? 'rate-limited' : 'unexpected-status', detail, retryAfterSeconds)
}

/**
 * Does the server say that it knows tokens of this kind, and that they cannot be introspected? oidc-provider answers so
 * for everything that looks like a JWT. It is an answer about the token: taken for an outage, anyone could make one.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1
 */
export function saysUnsupportedToken (reply: ExchangeReply): boolean {
  if (reply.status !== 400) return false
  const body = readJsonBody(reply)
  return isJsonObject(body) && body.error === 'unsupported_token_type'
}

/** au3te answers 500 with this description; RFC 6749 §5.2 allows 400 with `invalid_client`. */
function saysBadCredentials (reply: ExchangeReply): boolean {
  if (reply.status !== 400 && reply.status !== 500) return false
  const body = readJsonBody(reply)
  if (!isJsonObject(body)) return false
  return reply.status === 400
    ? body.error === 'invalid_client'
    : body.error_description === 'Resource server authentication failed'
}

/** Delay-seconds or a date, within bounds: a server must not be able to send our callers away for a day. */
function readRetryAfter (value: string | undefined, now: EpochMilliseconds): number {
  if (value === undefined) return RETRY_AFTER_SECONDS.usual
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000)
  if (Number.isNaN(seconds)) return RETRY_AFTER_SECONDS.usual
  return Math.min(Math.max(seconds, RETRY_AFTER_SECONDS.least), RETRY_AFTER_SECONDS.most)
}
