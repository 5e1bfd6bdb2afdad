// Fetches the JWK Set of an authorization server (RFC 7517). A set that publishes a private or symmetric key is not used at
// all. Keeping and refreshing it is the task of refreshed.ts; signatures are verified in jwt/signature.ts.

import type { JWTVerifyGetKey } from 'jose'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { Exchange } from './exchange.ts'
import { hasJsonType, readJsonBody } from './json-body.ts'

/** Finds the key that a JWS header names; throws jose's errors when there is none, or more than one. */
export type KeyLookup = JWTVerifyGetKey

/** Authorization servers publish fewer than ten. */
const MAX_KEYS = 100

/**
 * @throws AuthorizationServerUnavailable (as a rejected promise)
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export async function fetchKeySet ({ origin, pathname, search }: URL, exchange: Exchange, timeoutMs: number): Promise<KeyLookup> {
  const reply = await exchange({
    origin, path: pathname + search, method: 'GET', headers: { accept: 'application/jwk-set+json, application/json' }
  }, timeoutMs)
  if (reply.status !== 200) throw unusable(`JWK Set answered with HTTP status ${reply.status}`)
  if (!hasJsonType(reply)) throw unusable('JWK Set with a content type other than JSON', 'keys-content-type')
  return parseKeySet(readJsonBody(reply))
}

function unusable (detail: string, circumstance: 'keys' | 'keys-content-type' = 'keys'): AuthorizationServerUnavailable {
  return new AuthorizationServerUnavailable('metadata-unavailable', detail, undefined, { circumstance })
}

async function parseKeySet (document: unknown): Promise<KeyLookup> {
  const keys = isJsonObject(document) ? document['keys'] : undefined
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) {
    throw unusable('JWK Set of unusable form')
  }
  const entries: readonly unknown[] = keys
  // Entries that are no key of a known kind are ignored (RFC 7517 §5).
  const usable = entries.filter((key): key is JsonObject & { kty: string } => isJsonObject(key) && typeof key['kty'] === 'string')
  if (usable.some(key => 'd' in key || 'k' in key || 'priv' in key)) {
    throw unusable('JWK Set that publishes secrets')
  }
  const { createLocalJWKSet } = await import('jose')
  const find = createLocalJWKSet({ keys: usable })
  // Where no key has an id, that of a token says nothing about them (RFC 7517 section 4.5): the signature decides.
  return usable.some(({ kid }) => kid !== undefined) ? find : ({ kid: _, ...header }, token) => find(header, token)
}
