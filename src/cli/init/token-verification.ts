// How can the gateway verify the tokens of an authorization server, by what its metadata say? Pure. Introspection comes first: it knows of
// revocation, and works for reference tokens and JWTs alike.

import { parseServerMetadata, readEndpoint } from '../../auth/server/server-metadata.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'

type Method = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

export interface TokenVerification {
  /** Introspected with this way of client authentication, or verified with the published keys. */
  readonly way: Method | 'published-keys'
  /** For the operator. */
  readonly found: string
}

/** In the order of preference; the secret of the first two is in a variable. */
const METHODS: readonly Method[] = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']

/**
 * @param document the metadata; absent: they could not be read
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function verificationBy (issuer: string, document: JsonObject | undefined): TokenVerification {
  if (document === undefined) {
    return { way: 'client_secret_basic', found: 'introspection with client_secret_basic is assumed' }
  }
  if (has(issuer, document, 'introspection_endpoint')) return introspectionBy(document)
  if (has(issuer, document, 'jwks_uri')) {
    return { way: 'published-keys', found: 'it publishes keys and no introspection endpoint: tokens are verified as JWTs (RFC 9068)' }
  }
  return {
    way: 'client_secret_basic',
    found: 'its metadata name no introspection endpoint: set authorizationServer.introspection.endpoint if it has one'
  }
}

function introspectionBy (document: JsonObject): TokenVerification {
  const stated = document['introspection_endpoint_auth_methods_supported'] ?? document['token_endpoint_auth_methods_supported']
  // RFC 8414 section 2: absent means client_secret_basic.
  const supported: readonly unknown[] = Array.isArray(stated) ? stated : ['client_secret_basic']
  const way = METHODS.find(method => supported.includes(method))
  if (way !== undefined) return { way, found: `it introspects tokens, with ${way}` }
  return {
    way: 'client_secret_basic',
    found: 'it introspects tokens, with a way of client authentication that the gateway may not have: see ' +
      'authorizationServer.introspection.clientAuthentication'
  }
}

/** As the gateway reads it: one over plain http counts as none. */
function has (issuer: string, document: JsonObject, member: string): boolean {
  try {
    readEndpoint(parseServerMetadata(document, issuer), member)
    return true
  } catch (error) {
    if (error instanceof AuthorizationServerUnavailable) return false
    throw error
  }
}
