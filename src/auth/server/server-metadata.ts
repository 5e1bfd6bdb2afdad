// The well-known URLs of an authorization server's metadata, and the endpoints in it. Pure: discovery.ts fetches the document.
// Only `issuer` and the endpoint in question are checked.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isLoopbackHost } from '../../kernel/loopback.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'

export interface ServerMetadata {
  /** Equal, byte for byte, to the configured issuer identifier. */
  readonly issuer: string
  readonly document: JsonObject
}

/**
 * The well-known URLs of an issuer, in the order in which they are tried: OAuth, then OpenID Connect with the path
 * inserted, then appended.
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
 */
export function metadataLocations (issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const inserted = ['oauth-authorization-server', 'openid-configuration'].map(name => `/.well-known/${name}${path}`)
  const appended = path === '' ? [] : [`${path}/.well-known/openid-configuration`]
  return [...inserted, ...appended].map(location => new URL(location, origin))
}

/**
 * @param document parsed JSON, or `undefined` when the body was not JSON
 * @throws AuthorizationServerUnavailable when it is not an object, or is about another issuer
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3
 */
export function parseServerMetadata (document: unknown, issuer: string): ServerMetadata {
  if (!isJsonObject(document)) {
    throw new AuthorizationServerUnavailable('metadata-unavailable', 'authorization server metadata is not a JSON object')
  }
  if (document.issuer !== issuer) {
    throw new AuthorizationServerUnavailable('issuer-mismatch', 'authorization server metadata names another issuer')
  }
  return { issuer, document }
}

/**
 * An endpoint of the document.
 * @param member for example `introspection_endpoint`
 * @throws AuthorizationServerUnavailable when it is missing, not a URL, contains credentials, or uses plain http, over which our
 *   secret would travel in clear. Where configuration allows the issuer to use http, its origin and loopback may use http too.
 */
export function readEndpoint ({ issuer, document }: ServerMetadata, member: string): URL {
  const value = document[member]
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined) {
    throw new AuthorizationServerUnavailable('metadata-unavailable', `authorization server metadata without a usable ${member}`)
  }
  const { protocol, origin } = new URL(issuer)
  const secure = url.protocol === 'https:' ||
    (url.protocol === 'http:' && protocol === 'http:' && (url.origin === origin || isLoopbackHost(url.hostname)))
  if (!secure || url.username !== '' || url.password !== '') {
    throw new AuthorizationServerUnavailable('metadata-unavailable', `authorization server metadata with an insecure ${member}`)
  }
  return url
}
