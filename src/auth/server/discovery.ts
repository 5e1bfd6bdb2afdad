// Fetches the metadata of an authorization server: RFC 8414, then OpenID Connect Discovery. One deadline covers all well-known
// URLs together. Keeping and refreshing the document is the task of refreshed.ts.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import type { Exchange } from './exchange.ts'
import { readJsonBody } from './json-body.ts'
import { metadataLocations, parseServerMetadata, type ServerMetadata } from './server-metadata.ts'

export interface DiscoverySettings {
  readonly issuer: string
  readonly exchange: Exchange
  /** For all well-known URLs together. */
  readonly deadlineMs: number
  readonly clock: Clock
}

/**
 * The first document that is about this issuer.
 * @throws AuthorizationServerUnavailable (as a rejected promise)
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 */
export async function fetchServerMetadata ({ issuer, exchange, deadlineMs, clock }: DiscoverySettings): Promise<ServerMetadata> {
  const endAtMs = clock.monotonicMs() + deadlineMs
  let failure: AuthorizationServerUnavailable | undefined
  for (const location of metadataLocations(issuer)) {
    const found = await fetchFrom(location, issuer, exchange, endAtMs - clock.monotonicMs())
    if (!(found instanceof AuthorizationServerUnavailable)) return found
    // A document about another issuer says more about the mistake than the 404 of the next location.
    if (failure?.reason !== 'issuer-mismatch') failure = found
  }
  throw failure ?? new AuthorizationServerUnavailable('metadata-unavailable', 'no metadata location')
}

/** @returns the failure of this location; throws when the server cannot be reached, and the next location could not either */
async function fetchFrom (
  location: URL, issuer: string, exchange: Exchange, timeoutMs: number
): Promise<ServerMetadata | AuthorizationServerUnavailable> {
  const reply = await exchange({
    origin: location.origin, path: location.pathname, method: 'GET', headers: { accept: 'application/json' }
  }, timeoutMs)
  if (reply.status !== 200) {
    const detail = `authorization server metadata answered with HTTP status ${reply.status}`
    return new AuthorizationServerUnavailable('metadata-unavailable', detail)
  }
  try {
    return parseServerMetadata(readJsonBody(reply), issuer)
  } catch (failure) {
    if (failure instanceof AuthorizationServerUnavailable) return failure
    throw failure
  }
}
