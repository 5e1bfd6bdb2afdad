// What does Authlete's /auth/introspection say? Its members in the words of RFC 7662, so that one reader of claims serves both.
// A reply that is no answer is the server's fault; what was said of the token is not judged here.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { readClaims } from '../claims/claim-reader.ts'
import type { TokenStatus } from '../token-claims.ts'

const INACTIVE: TokenStatus = { kind: 'inactive' }
const ACTIONS = ['OK', 'UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR'] as const

/**
 * `responseContent` is not read: on OK it holds the text of an error that did not happen. A null member is an absent one,
 * as Authlete writes it. `authorizationDetails.elements` pass through whole, with whatever members they have.
 * @param reply parsed JSON, or `undefined` when it was none
 * @throws AuthorizationServerUnavailable when it is no object, has no known `action`, or reports an error of Authlete's
 * @see https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection
 */
export function parseAuthleteReply (reply: unknown): TokenStatus {
  if (!isJsonObject(reply)) throw new AuthorizationServerUnavailable('unparseable', 'Authlete reply is not a JSON object')
  const action = ACTIONS.find(known => known === reply['action'])
  switch (action) {
    case 'OK': return reply['usable'] === false || reply['existent'] === false ? INACTIVE : readGrant(reply)
    case 'UNAUTHORIZED': return INACTIVE
    // We state no scope, subject or resource that could be missing: whatever it is, it is about this token.
    case 'FORBIDDEN': return INACTIVE
    case 'BAD_REQUEST': throw new AuthorizationServerUnavailable('unexpected-status', 'Authlete could not read the question')
    case 'INTERNAL_SERVER_ERROR': throw new AuthorizationServerUnavailable('unexpected-status', 'Authlete reports an error of its own')
    case undefined: throw new AuthorizationServerUnavailable('unparseable', 'Authlete reply without a known action')
  }
}

function readGrant (reply: JsonObject): TokenStatus {
  const expiresAt = stated(reply['expiresAt'])
  // It always says so; a reply that does not would make a token that lives for ever.
  if (expiresAt === undefined) return { kind: 'unusable', claim: 'exp' }
  const clientId = readClientId(reply)
  if (clientId === null) return { kind: 'unusable', claim: 'client_id' }
  const thumbprint = stated(reply['certificateThumbprint'])
  const authTime = stated(reply['authTime'])
  return readClaims(withoutAbsent({
    sub: stated(reply['subject']),
    client_id: clientId,
    scope: stated(reply['scopes']),
    // The narrowed set: `resources` still holds what the authorization request asked for.
    aud: stated(reply['accessTokenResources']),
    exp: typeof expiresAt === 'number' ? expiresAt / 1000 : expiresAt,
    cnf: thumbprint === undefined ? undefined : { 'x5t#S256': thumbprint },
    acr: stated(reply['acr']),
    auth_time: authTime === 0 ? undefined : authTime,
    authorization_details: readDetails(stated(reply['authorizationDetails']))
  }), { scopeArray: true })
}

/**
 * What the standard endpoint would call `client_id`. JSON.parse rounds numbers above 2^53, and a rounded id is that of
 * another client.
 * @returns `null` when there is one that cannot be relied on
 */
function readClientId ({ clientId, clientIdAlias, clientIdAliasUsed }: JsonObject): string | undefined | null {
  if (clientIdAliasUsed === true) return typeof clientIdAlias === 'string' ? clientIdAlias : null
  const id = stated(clientId)
  if (id === undefined || typeof id === 'string') return id
  if (typeof id !== 'number') return null
  if (Number.isSafeInteger(id)) return String(id)
  return typeof clientIdAlias === 'string' ? clientIdAlias : null
}

/** `{elements: […]}` as the array of RFC 9396; anything else goes on as it is, and policy/ calls it unreadable. */
function readDetails (details: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(details) && Array.isArray(details['elements']) ? details['elements'] as readonly JsonValue[] : details
}

function stated (value: JsonValue | undefined): JsonValue | undefined {
  return value === null ? undefined : value
}

function withoutAbsent (members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined))
}
