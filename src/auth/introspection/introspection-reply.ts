// Parses an introspection reply (RFC 7662 §2.2) into a TokenStatus. A reply without a boolean `active` is a fault of the
// server; an active token whose times, issuer or audience are unusable is a token to refuse. Unknown members are ignored.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import { readClaims } from '../claims/claim-reader.ts'
import { assertUsableReply } from '../claims/usable-reply.ts'
import { isAccessToken } from '../claims/token-kind.ts'
import type { ClaimNames } from '../claims/claim-names.ts'
import type { TokenStatus } from '../token-claims.ts'

const INACTIVE: TokenStatus = { kind: 'inactive' }

/**
 * @param reply parsed JSON, or `undefined` when the body was not JSON
 * @throws AuthorizationServerUnavailable when it is not an object, its `active` is not a boolean, or it states nothing usable about an
 *   active token
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export function parseIntrospectionReply (reply: unknown, names?: ClaimNames): TokenStatus {
  if (!isJsonObject(reply)) throw new AuthorizationServerUnavailable('unparseable', 'introspection reply is not a JSON object')
  if (typeof reply.active !== 'boolean') {
    throw new AuthorizationServerUnavailable('unparseable', 'introspection reply without a boolean "active"')
  }
  return reply.active && isAccessToken(reply) ? assertUsableReply(readClaims(reply, names)) : INACTIVE
}
