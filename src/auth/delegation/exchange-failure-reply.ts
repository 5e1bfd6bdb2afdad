// Says what a token endpoint means that does not issue a token: is it about the token of the client, about what was asked for, or about the
// gateway itself? Text of the server is not kept; its error code is, if OAuth defines it.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { ExchangeReply } from '../server/exchange.ts'
import { createReplyFailure } from '../server/exchange-failure.ts'
import { readJsonBody } from '../server/json-body.ts'

export type ExchangeRefusal =
  /** The token of the client may not be good any more. RFC 8693 section 2.2.2 says `invalid_request`; many servers say `invalid_grant`. */
  | { readonly kind: 'about-the-token', readonly reason: string }
  | { readonly kind: 'refused', readonly reason: string }

const ABOUT_THE_TOKEN: ReadonlySet<unknown> = new Set(['invalid_request', 'invalid_grant', 'invalid_token'])
const REFUSALS: ReadonlySet<unknown> = new Set([
  'invalid_target', 'invalid_scope', 'invalid_authorization_details', 'access_denied', 'unauthorized_client', 'unsupported_grant_type',
  'unsupported_token_type', 'insufficient_user_authentication', 'interaction_required', 'consent_required', 'login_required'
])

/**
 * @param reply with a status other than 200
 * @throws AuthorizationServerUnavailable for an outage, a rate limit, a redirect, and rejected credentials of the gateway
 */
export function readRefusal (reply: ExchangeReply, now: EpochMilliseconds): ExchangeRefusal {
  const { status } = reply
  if (status < 400 || status >= 500 || status === 408 || status === 429) throw createReplyFailure(reply, 'token exchange', now)
  const body = readJsonBody(reply)
  const code = isJsonObject(body) ? body['error'] : undefined
  if (code === 'invalid_client') {
    throw new AuthorizationServerUnavailable('credentials-rejected', `token exchange answered with HTTP status ${status}`)
  }
  if (typeof code === 'string' && ABOUT_THE_TOKEN.has(code)) return { kind: 'about-the-token', reason: code }
  if (typeof code === 'string' && REFUSALS.has(code)) return { kind: 'refused', reason: code }
  if (status === 401) throw createReplyFailure(reply, 'token exchange', now)
  return { kind: 'refused', reason: `HTTP status ${status}` }
}
