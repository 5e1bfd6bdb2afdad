// Verifies reference tokens by introspection (RFC 7662). The address comes from configuration or from the metadata of the
// authorization server; one deadline covers discovery, client authentication, retry and reply.

import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../kernel/fault.ts'
import { memoizeLast } from '../../kernel/memoize.ts'
import type { PresentedToken } from '../presented-token.ts'
import { withinTime } from '../server/time-limit.ts'
import { readEndpoint, type ServerMetadata } from '../server/server-metadata.ts'
import type { TokenStatus } from '../token-claims.ts'
import type { RemoteVerifier } from '../verifier.ts'
import { createIntrospectionClient, type IntrospectionClientSettings } from './introspection-client.ts'

export interface IntrospectionVerifierSettings extends IntrospectionClientSettings {
  /** Absent: `introspection_endpoint` of the metadata. */
  readonly endpoint?: string | undefined
  /** For one whole introspection: discovery where it is needed, connection, retry, reply. */
  readonly deadlineMs: number
  /** Called when the metadata name an endpoint on another origin than that of the issuer and of the last one. Must not throw. */
  readonly onForeignEndpoint?: (() => void) | undefined
}

/** Failures that a moved endpoint causes: the metadata is then refreshed early. */
const MAY_HAVE_MOVED: ReadonlySet<UnavailabilityCause> = new Set([
  'unexpected-status', 'unexplained-refusal', 'redirect', 'unreachable', 'metadata-unavailable'
])

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2 */
export function createIntrospectionVerifier (
  { endpoint, deadlineMs, onForeignEndpoint, ...asking }: IntrospectionVerifierSettings
): RemoteVerifier {
  const { clock, server: { metadata } } = asking
  const configured = endpoint === undefined ? undefined : new URL(endpoint)
  let lastOrigin: string | undefined
  const endpointOf = memoizeLast((known: ServerMetadata) => {
    const discovered = readEndpoint(known, 'introspection_endpoint')
    if (discovered.origin !== lastOrigin && discovered.origin !== new URL(known.issuer).origin) onForeignEndpoint?.()
    lastOrigin = discovered.origin
    return discovered
  })
  const client = createIntrospectionClient(asking)

  async function discoverAndIntrospect (token: PresentedToken, timeoutMs: number): Promise<TokenStatus> {
    const endAtMs = clock.monotonicMs() + timeoutMs
    const known = metadata.get()
    const discovered = endpointOf(known instanceof Promise ? await withinTime(known, timeoutMs) : known)
    return client.introspect(discovered, token, endAtMs - clock.monotonicMs())
  }

  function failed (failure: unknown): never {
    if (failure instanceof AuthorizationServerUnavailable && MAY_HAVE_MOVED.has(failure.reason)) metadata.expireSoon()
    throw failure
  }

  return {
    verify: (token, timeoutMs = deadlineMs) =>
      (configured === undefined ? discoverAndIntrospect(token, timeoutMs) : client.introspect(configured, token, timeoutMs)).catch(failed),
    ready: async () => { if (configured === undefined) endpointOf(await metadata.get()) }
  }
}
