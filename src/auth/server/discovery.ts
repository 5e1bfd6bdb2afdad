// What does the authorization server publish about itself? Fetched when first needed, kept, and refreshed behind the
// callers' backs; a failure is not kept. Says nothing about whether the server answers questions right now.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import type { Exchanger } from './exchange.ts'
import { readJsonBody } from './json-body.ts'
import { metadataLocations, parseServerMetadata, type ServerMetadata } from './server-metadata.ts'

/** Endpoints rarely move; when one has, `suspect` shortens this. */
const REFRESH_AFTER_MS = 3_600_000
/** Between two refreshes, whatever their cause or outcome. */
const REFRESH_PAUSE_MS = 30_000

export interface Discovery {
  readonly known: () => boolean
  /**
   * The metadata, from memory when it is known; all who wait for the first fetch wait for the same one.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly ensure: () => ServerMetadata | Promise<ServerMetadata>
  /** The metadata led to a wrong place: fetch it again soon. */
  readonly suspect: () => void
}

export interface DiscoverySettings {
  readonly issuer: string
  readonly exchanger: Exchanger
  /** For all well-known URLs together. */
  readonly deadlineMs: number
  readonly clock: Clock
}

export function createDiscovery ({ issuer, exchanger, deadlineMs, clock }: DiscoverySettings): Discovery {
  const locations = metadataLocations(issuer)
  let metadata: ServerMetadata | undefined
  let refreshAtMs = 0
  let flight: Promise<ServerMetadata> | undefined

  async function fetchMetadata (): Promise<ServerMetadata> {
    const endAtMs = clock.monotonicMs() + deadlineMs
    let failure: AuthorizationServerUnavailable | undefined
    for (const location of locations) {
      const found = await fetchFrom(location, endAtMs - clock.monotonicMs())
      if (!(found instanceof AuthorizationServerUnavailable)) return found
      // A document about somebody else says more about what is wrong than the 404 that may follow it.
      if (failure?.reason !== 'issuer-mismatch') failure = found
    }
    throw failure ?? new AuthorizationServerUnavailable('metadata-unavailable', 'no metadata location')
  }

  /** @returns what is wrong with this location; throws when there is no point in trying the next */
  async function fetchFrom (location: URL, timeoutMs: number): Promise<ServerMetadata | AuthorizationServerUnavailable> {
    const reply = await exchanger.exchange({
      origin: location.origin, path: location.pathname, method: 'GET', headers: { accept: 'application/json' }
    }, timeoutMs)
    if (reply.status !== 200) {
      return new AuthorizationServerUnavailable('metadata-unavailable', `authorization server metadata answered with HTTP status ${reply.status}`)
    }
    try {
      return parseServerMetadata(readJsonBody(reply), issuer)
    } catch (failure) {
      if (failure instanceof AuthorizationServerUnavailable) return failure
      throw failure
    }
  }

  async function refresh (): Promise<ServerMetadata> {
    refreshAtMs = clock.monotonicMs() + REFRESH_PAUSE_MS
    try {
      metadata = await fetchMetadata()
      refreshAtMs = clock.monotonicMs() + REFRESH_AFTER_MS
      return metadata
    } finally {
      flight = undefined
    }
  }

  return {
    known: () => metadata !== undefined,
    ensure () {
      if (metadata === undefined) {
        flight ??= refresh()
        return flight
      }
      if (flight === undefined && clock.monotonicMs() >= refreshAtMs) {
        flight = refresh()
        // What is known goes on being used; the next refresh is a pause away.
        flight.catch(() => {})
      }
      return metadata
    },
    suspect () {
      refreshAtMs = Math.min(refreshAtMs, clock.monotonicMs() + REFRESH_PAUSE_MS)
    }
  }
}
