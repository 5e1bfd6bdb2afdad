// Tracing of requests to an authorization server: a verifier that records a span for each token, and connections that send the
// `traceparent` header. Neither changes a request or an answer otherwise.

import type { Dispatcher } from 'undici'
import { inSpan, type Tracing } from '../kernel/tracing.ts'
import { CONNECTION_SETTINGS } from './server/exchange.ts'
import type { RemoteVerifier } from './verifier.ts'

/**
 * @param address of the server that is asked: a configured address, so that it holds nothing of a token
 * @see https://opentelemetry.io/docs/specs/semconv/attributes-registry/server/
 */
export function createTracedVerifier (verifier: RemoteVerifier, tracing: Tracing, address: string): RemoteVerifier {
  const { protocol, hostname, port } = new URL(address)
  const span = {
    name: 'introspect',
    kind: 'client',
    attributes: {
      'http.request.method': 'POST',
      'url.scheme': protocol.slice(0, -1),
      'server.address': hostname,
      'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
    }
  } as const
  return {
    ...verifier,
    verify: (token, timeoutMs) => inSpan(tracing, span, () => verifier.verify(token, timeoutMs))
  }
}

export interface TracedDispatcher {
  readonly dispatcher: Dispatcher
  /** Closes the connections that were opened here; a given dispatcher stays open. */
  readonly close: () => Promise<void>
}

/**
 * @param given wrapped in place of new connections
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export async function createTracedDispatcher (tracing: Tracing, given: Dispatcher | undefined): Promise<TracedDispatcher> {
  const base = given ?? new (await import('undici')).Agent(CONNECTION_SETTINGS)
  const dispatcher = base.compose(dispatch => (options, handler) => {
    // exchange.ts passes headers as a plain object.
    const headers = { ...options.headers as Record<string, string>, ...tracing.outgoingHeaders() }
    return dispatch({ ...options, headers }, handler)
  })
  return { dispatcher, close: async () => { if (given === undefined) await base.close() } }
}
