// Which connector speaks with an upstream: by transport and revision. Nothing is probed in operation; the revision of the lock decides.

import type { Clock } from '../kernel/clock.ts'
import type { ConnectionEvents, Connector } from './upstream-connection.ts'
import { HttpEndpoint } from './http/http-endpoint.ts'
import { createLegacyHttp } from './http/legacy-http.ts'
import { createModernHttp } from './http/modern-http.ts'
import { isModern } from './revision.ts'
import { createRestConnector } from './rest/rest-connector.ts'
import { createStdioConnector } from './stdio/stdio-connector.ts'
import { MAX_LISTING_BYTES } from './tool-listing.ts'
import type { UpstreamDependencies, UpstreamSettings } from './upstream-port.ts'

/** What a line may have beside the largest result. */
const EXTRA_BYTES = 65_536

interface ConnectorOptions {
  readonly settings: UpstreamSettings
  readonly revision: string
  readonly clock: Clock
  readonly events: ConnectionEvents
  readonly environment: NonNullable<UpstreamDependencies['environment']>
}

export function createConnector ({ settings, revision, clock, events, environment }: ConnectorOptions): Connector {
  const { transport, limits } = settings
  const anyRevision = settings.revision === undefined
  if (transport.kind === 'stdio') {
    const maxLineBytes = Math.max(limits.maxResultBytes, MAX_LISTING_BYTES) + EXTRA_BYTES
    return createStdioConnector({ transport, revision, anyRevision, maxLineBytes, clock, events, environment })
  }
  if (transport.kind === 'rest') return createRestConnector({ transport, concurrent: limits.concurrent, clock })
  const endpoint = new HttpEndpoint({ transport, concurrent: limits.concurrent, maxSessions: limits.maxConnections, clock, events })
  return isModern(revision)
    ? createModernHttp(endpoint, revision)
    : createLegacyHttp({ endpoint, revision, anyRevision, openTimeoutMs: limits.timeoutMs, clock })
}
