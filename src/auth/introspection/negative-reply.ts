// Interprets an introspection reply that is no plain 200. What the body says of the token is believed whatever the status is, because
// many servers answer an unknown token with 400 or 401: docs/operations.md#when-an-answer-is-believed

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { ExchangeReply } from '../server/exchange.ts'
import { createReplyFailure, reportsBadCredentials } from '../server/exchange-failure.ts'
import { readJsonBody } from '../server/json-body.ts'

/** Error codes that say that the token in question is no good. */
const TOKEN_ERRORS: ReadonlySet<unknown> = new Set(['invalid_token', 'invalid_grant', 'unsupported_token_type'])
/** Error codes that say that this gateway may not ask. */
const CLIENT_ERRORS: ReadonlySet<unknown> = new Set(['invalid_client', 'unauthorized_client', 'access_denied', 'insufficient_scope'])
const BASIC_CHALLENGE = /(?:^|,)\s*Basic(?:\s|,|$)/i

/**
 * A refusal that says neither that the token is bad nor that the credentials of the gateway are: a 4xx without a statement. The server
 * answers, so that it is no outage. Whose fault it is can only be concluded from other replies.
 */
export class UnexplainedRefusal extends AuthorizationServerUnavailable {
  readonly status: number

  /** @param encoded form encoding changed the credentials of the request, which some servers do not decode */
  constructor (status: number, encoded = false) {
    const isAboutAccess = status === 401 || status === 403
    const circumstance = isAboutAccess && encoded ? { circumstance: 'perhaps-encoded-credentials' } as const : undefined
    super(isAboutAccess ? 'unexplained-refusal' : 'unexpected-status', `introspection answered with HTTP status ${status}`, undefined, circumstance)
    this.status = status
  }
}

/**
 * Whether the reply says that the token is inactive: `"active": false`, an error code about the token, or the `invalid_request` with
 * which older servers answer an unknown token. Counted as an outage, any client could cause one.
 * @param byToken the gateway authenticates with a bearer token, so that `invalid_token` is about that one (RFC 6750 §3.1)
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export function reportsInactive (reply: ExchangeReply, byToken: boolean): boolean {
  // A rate limit says nothing about the token, whatever its body looks like.
  if (reply.status === 429) return false
  const body = readJsonBody(reply)
  if (!isJsonObject(body)) return false
  if (body.active === false) return true
  if (reply.status < 400 || reply.status >= 500) return false
  if (TOKEN_ERRORS.has(body.error)) return !(byToken && body.error === 'invalid_token')
  return reply.status === 400 && body.error === 'invalid_request'
}

/** @param reply with a status other than 200, which does not say that the token is inactive */
export function createRefusal (reply: ExchangeReply, byToken: boolean, now: EpochMilliseconds): AuthorizationServerUnavailable {
  const { status } = reply
  const isClientError = status >= 400 && status < 500
  if (!isClientError || status === 408 || status === 429) return createReplyFailure(reply, 'introspection', now)
  return reportsOurCredentials(reply, byToken)
    ? new AuthorizationServerUnavailable('credentials-rejected', `introspection answered with HTTP status ${status}`)
    : new UnexplainedRefusal(status)
}

function reportsOurCredentials (reply: ExchangeReply, byToken: boolean): boolean {
  const body = readJsonBody(reply)
  if (reportsBadCredentials(reply) || (isJsonObject(body) && CLIENT_ERRORS.has(body.error))) return true
  if (reply.status !== 401) return false
  return byToken || (reply.challenge !== undefined && BASIC_CHALLENGE.test(reply.challenge))
}
