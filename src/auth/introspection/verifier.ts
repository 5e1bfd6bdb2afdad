// Who can say what a reference token is worth? The authorization server, asked by RFC 7662. Puts together discovery,
// our credentials and the one deadline that covers all of it.

import type { Dispatcher } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../kernel/fault.ts'
import { createDiscovery } from '../server/discovery.ts'
import { createExchanger } from '../server/exchange.ts'
import { createKeySet } from '../jwt/key-set.ts'
import type { PresentedToken } from '../presented-token.ts'
import { readEndpoint, type ServerMetadata } from '../server/server-metadata.ts'
import type { TokenStatus } from '../token-claims.ts'
import type { AskingVerifier } from '../verifier.ts'
import { createIntrospectionClient } from './client.ts'
import { clientSecretBasic, withSecret, type Authenticate } from './client-authentication.ts'

export interface IntrospectionVerifierSettings {
  readonly issuer: string
  /** Given: metadata is never fetched. Absent: `introspection_endpoint` of the issuer's metadata. */
  readonly endpoint?: string | undefined
  readonly clientId: string
  /** Read at each use: it may be another one after a reload. */
  readonly clientSecret: string
  /** How the gateway authenticates at the endpoint. Absent: `client_secret_basic`. */
  readonly authenticate?: Authenticate | undefined
  /** Default `json`. */
  readonly accept?: 'json' | 'jwt' | undefined
  /** What a signed reply (RFC 9701) may be signed with. Default: none. */
  readonly replyAlgorithms?: readonly string[] | undefined
  /** Our resource identifier, by which a signed reply may name us. */
  readonly resource?: string | undefined
  /** For one whole introspection: discovery if it is needed, connection, retry, reply. Default 3000. */
  readonly deadlineMs?: number | undefined
  readonly clock: Clock
  /** Instead of connection pools of our own; stays open on `close`. */
  readonly dispatcher?: Dispatcher | undefined
}

const DEFAULT_DEADLINE_MS = 3000

/** What it looks like when an endpoint has moved, or was mended, since the metadata was read. */
const MAY_HAVE_MOVED: ReadonlySet<UnavailabilityCause> = new Set(['unexpected-status', 'redirect', 'unreachable', 'metadata-unavailable'])

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2 */
export function createIntrospectionVerifier (settings: IntrospectionVerifierSettings): AskingVerifier {
  const { issuer, clientId, clock, deadlineMs = DEFAULT_DEADLINE_MS } = settings
  const exchanger = createExchanger(clock, settings.dispatcher)
  const explicit = settings.endpoint === undefined ? undefined : new URL(settings.endpoint)
  const discovery = createDiscovery({ issuer, exchanger, deadlineMs, clock })
  const client = createIntrospectionClient({
    exchanger,
    authenticate: settings.authenticate ?? withSecret(clientSecretBasic, clientId, () => settings.clientSecret),
    accept: settings.accept ?? 'json',
    signed: {
      issuer,
      audiences: settings.resource === undefined ? [clientId] : [clientId, settings.resource],
      algorithms: settings.replyAlgorithms ?? [],
      keys: createKeySet({ locate: async () => readEndpoint(await discovery.ensure(), 'jwks_uri'), suspect: discovery.suspect, exchanger, deadlineMs, clock }),
      clock
    },
    clock
  })
  let discovered: { readonly metadata: ServerMetadata, readonly endpoint: URL } | undefined

  function endpointOf (metadata: ServerMetadata): URL {
    if (discovered?.metadata !== metadata) {
      discovered = { metadata, endpoint: readEndpoint(metadata, 'introspection_endpoint') }
    }
    return discovered.endpoint
  }

  async function discoverEndpoint (): Promise<URL> {
    return endpointOf(await discovery.ensure())
  }

  async function discoverAndIntrospect (token: PresentedToken): Promise<TokenStatus> {
    const endAtMs = clock.monotonicMs() + deadlineMs
    return client.introspect(await discoverEndpoint(), token, endAtMs - clock.monotonicMs())
  }

  function failed (failure: unknown): never {
    if (failure instanceof AuthorizationServerUnavailable && MAY_HAVE_MOVED.has(failure.reason)) discovery.suspect()
    throw failure
  }

  return {
    identity: `introspection ${JSON.stringify([issuer, settings.endpoint ?? null, clientId])}`,
    verify: token => (explicit === undefined ? discoverAndIntrospect(token) : client.introspect(explicit, token, deadlineMs)).catch(failed),
    ready: async () => { if (explicit === undefined) await discoverEndpoint() },
    known: () => explicit !== undefined || discovery.known(),
    close: exchanger.close
  }
}
