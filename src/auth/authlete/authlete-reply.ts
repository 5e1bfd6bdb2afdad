// Parses a reply of Authlete's /auth/introspection into the members of RFC 7662, which the claim reader then reads. A reply
// that is not an answer about the token is a fault of the server.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { readClaims } from '../claims/claim-reader.ts'
import { assertUsableReply } from '../claims/usable-reply.ts'
import type { ClaimNames } from '../claims/claim-names.ts'
import type { TokenStatus } from '../token-claims.ts'

const INACTIVE: TokenStatus = { kind: 'inactive' }
const ACTIONS = ['OK', 'UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR'] as const

/**
 * `responseContent` is ignored: on OK it contains the text of an error that did not happen. A null member counts as absent,
 * because Authlete writes absent members so. `authorizationDetails.elements` are passed on with all their members.
 * @param reply parsed JSON, or `undefined` when the body was not JSON
 * @param names of claims in the members of RFC 7662 into which the reply is translated: `sub`, `client_id`, `scope`
 * @throws AuthorizationServerUnavailable when it is not an object, has no known `action`, reports an error of Authlete, or states the
 *   subject, scopes, client or certificate in an unusable form
 * @see https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection
 */
export function parseAuthleteReply (reply: unknown, names?: ClaimNames): TokenStatus {
  if (!isJsonObject(reply)) throw new AuthorizationServerUnavailable('unparseable', 'Authlete reply is not a JSON object')
  const action = ACTIONS.find(known => known === reply['action'])
  switch (action) {
    case 'OK': return reply['usable'] === false || reply['existent'] === false ? INACTIVE : readGrant(reply, names)
    case 'UNAUTHORIZED': return INACTIVE
    // The request names no scope, subject or resource, so the reason can only be the token.
    case 'FORBIDDEN': return INACTIVE
    case 'BAD_REQUEST': throw new AuthorizationServerUnavailable('unexpected-status', 'Authlete could not read the request')
    case 'INTERNAL_SERVER_ERROR': throw new AuthorizationServerUnavailable('unexpected-status', 'Authlete reports an internal error')
    case undefined: throw new AuthorizationServerUnavailable('unparseable', 'Authlete reply without a known action')
  }
}

function readGrant (reply: JsonObject, names: ClaimNames | undefined): TokenStatus {
  const expiresAt = stated(reply['expiresAt'])
  // Authlete always sends it; a token without it would never expire.
  if (expiresAt === undefined) return { kind: 'unusable', claim: 'exp' }
  const clientId = readClientId(reply)
  if (clientId === null) return assertUsableReply({ kind: 'unusable', claim: 'client_id' })
  const thumbprint = stated(reply['certificateThumbprint'])
  const authTime = stated(reply['authTime'])
  return assertUsableReply(readClaims(withoutAbsent({
    sub: stated(reply['subject']),
    client_id: clientId,
    scope: stated(reply['scopes']),
    // The resources of this token: `resources` still lists those of the authorization request.
    aud: stated(reply['accessTokenResources']),
    exp: typeof expiresAt === 'number' ? expiresAt / 1000 : expiresAt,
    cnf: thumbprint === undefined ? undefined : { 'x5t#S256': thumbprint },
    acr: stated(reply['acr']),
    auth_time: authTime === 0 ? undefined : authTime,
    authorization_details: readDetails(stated(reply['authorizationDetails']))
  }), names))
}

/**
 * The `client_id` that RFC 7662 names. JSON.parse rounds numbers above 2^53, and a rounded id belongs to another client.
 * @returns `null` for an id that may have been rounded, or is of another type
 */
function readClientId ({ clientId, clientIdAlias, clientIdAliasUsed }: JsonObject): string | undefined | null {
  if (clientIdAliasUsed === true) return typeof clientIdAlias === 'string' ? clientIdAlias : null
  const id = stated(clientId)
  if (id === undefined || typeof id === 'string') return id
  if (typeof id !== 'number') return null
  if (Number.isSafeInteger(id)) return String(id)
  return typeof clientIdAlias === 'string' ? clientIdAlias : null
}

/** `{elements: […]}` becomes the array of RFC 9396; any other value is passed on, and policy/ refuses it as unreadable. */
function readDetails (details: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(details) && Array.isArray(details['elements']) ? details['elements'] as readonly JsonValue[] : details
}

function stated (value: JsonValue | undefined): JsonValue | undefined {
  return value === null ? undefined : value
}

function withoutAbsent (members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined))
}
