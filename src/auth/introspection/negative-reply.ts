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

interface SeenOfRefusal {
  /** A challenge for the gateway came with it. */
  readonly challenged?: boolean
  /** Form encoding changed the credentials of the request, which some servers do not decode. */
  readonly encoded?: boolean
}

/**
 * A refusal without a statement about the token or the credentials of the gateway: a 4xx without a code. The server answers, so that it is
 * no outage: a server that refuses unknown tokens so must not be left alone because a client invents some. Whose fault it is can only be
 * concluded from other replies; a 401 with a challenge is never charged to the token.
 */
export class UnexplainedRefusal extends AuthorizationServerUnavailable {
  readonly status: number
  readonly challenged: boolean

  constructor (status: number, { challenged = false, encoded = false }: SeenOfRefusal = {}) {
    const reason = challenged ? 'credentials-rejected' : status === 401 || status === 403 ? 'unexplained-refusal' : 'unexpected-status'
    const circumstance = challenged ? 'encoded-credentials' : 'perhaps-encoded-credentials'
    const isEncoded = encoded && reason !== 'unexpected-status'
    super(reason, `introspection answered with HTTP status ${status}`, undefined, isEncoded ? { circumstance } : undefined)
    this.status = status
    this.challenged = challenged
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
  return statesBadCredentials(reply)
    ? new AuthorizationServerUnavailable('credentials-rejected', `introspection answered with HTTP status ${status}`)
    : new UnexplainedRefusal(status, { challenged: status === 401 && (byToken || hasBasicChallenge(reply)) })
}

function statesBadCredentials (reply: ExchangeReply): boolean {
  const body = readJsonBody(reply)
  return reportsBadCredentials(reply) || (isJsonObject(body) && CLIENT_ERRORS.has(body.error))
}

function hasBasicChallenge ({ challenge }: ExchangeReply): boolean {
  return challenge !== undefined && BASIC_CHALLENGE.test(challenge)
}
