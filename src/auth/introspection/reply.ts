// What does an introspection reply say? Reads RFC 7662 §2.2 into a TokenStatus, strictly: a reply that is no answer is
// the server's fault. The claims of an active token are read elsewhere, and members nobody knows are ignored.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { readClaims } from '../claims/claim-reader.ts'
import type { TokenStatus } from '../token-claims.ts'

const INACTIVE: TokenStatus = { kind: 'inactive' }

/**
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
