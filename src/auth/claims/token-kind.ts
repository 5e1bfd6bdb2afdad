// Tells access tokens from the other tokens that a server calls active or signs with the same key: refresh, ID and logout tokens, device
// secrets. A list of what is accepted, because servers name the others in their own ways ("Refresh", "Offline", "ID").

import type { JsonObject } from '../../kernel/json.ts'

/** Members that name the kind: RFC 7662 section 2.2, Ory Hydra and Cognito, OpenIddict, the payload of Keycloak. */
const KIND_MEMBERS = ['token_type', 'token_use', 'token_usage', 'typ'] as const

/** In lower case. `n_a` is the type of a token that is no bearer token (RFC 8693 section 2.2.1). */
const ACCESS_TOKEN: ReadonlySet<string> = new Set([
  'bearer', 'dpop', 'access_token', 'access', 'at+jwt', 'application/at+jwt', 'jwt', 'n_a', 'urn:ietf:params:oauth:token-type:access_token'
])

/**
 * Whether nothing in the claims or the reply says that this is another token than an access token. A refresh token is for the
 * authorization server alone (RFC 6749 section 1.5).
 * @param members of a JWT payload or an introspection reply; a member that is null or absent says nothing
 */
export function isAccessToken (members: JsonObject): boolean {
  return KIND_MEMBERS.every(name => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    return value === undefined || value === null || (typeof value === 'string' && ACCESS_TOKEN.has(value.toLowerCase()))
  })
}
