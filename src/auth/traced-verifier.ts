// In which trace is an authorization server asked? A verifier around another that makes each question a span, and connections
// that carry the span to the other side. Neither changes what is asked or answered.

import type { Dispatcher } from 'undici'
import { inSpan, type Tracing } from '../kernel/tracing.ts'
import { CONNECTION_SETTINGS } from './server/exchange.ts'
import type { AskingVerifier } from './verifier.ts'

export function createTracedVerifier (verifier: AskingVerifier, tracing: Tracing): AskingVerifier {
  return {
    ...verifier,
    verify: token => inSpan(tracing, { name: 'introspect', kind: 'client' }, () => verifier.verify(token))
  }
}

export interface TracedDispatcher {
  readonly dispatcher: Dispatcher
  /** Of connections that were opened here; those of a given dispatcher stay open. */
  readonly close: () => Promise<void>
}

/**
 * @param given instead of connections of its own
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export async function createTracedDispatcher (tracing: Tracing, given: Dispatcher | undefined): Promise<TracedDispatcher> {
  const base = given ?? new (await import('undici')).Agent(CONNECTION_SETTINGS)
  const dispatcher = base.compose(dispatch => (options, handler) => {
    // Headers of an exchange are a plain object.
    const headers = { ...options.headers as Record<string, string>, ...tracing.outgoingHeaders() }
    return dispatch({ ...options, headers }, handler)
  })
  return { dispatcher, close: async () => { if (given === undefined) await base.close() } }
}
