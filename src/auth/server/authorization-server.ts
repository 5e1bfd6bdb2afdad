// One configured authorization server: its connections, its metadata and its published keys. All verifiers of an issuer share
// this object, so that neither document is fetched twice. It knows no token and no credentials.

import type { Dispatcher } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import { fetchServerMetadata } from './discovery.ts'
import { createExchanger, type Exchange } from './exchange.ts'
import { fetchKeySet, type KeyLookup } from './key-set.ts'
import { createRefreshed, type Refreshed } from './refreshed.ts'
import { readEndpoint, type ServerMetadata } from './server-metadata.ts'

export interface AuthorizationServer {
  /** The issuer identifier, as configured. */
  readonly issuer: string
  /** Its metadata (RFC 8414). */
  readonly metadata: Refreshed<ServerMetadata>
  /** The keys it signs with (RFC 7517). */
  readonly keys: Refreshed<KeyLookup>
  /** Sends one request, to any origin, over kept-alive connections. */
  readonly exchange: Exchange
  /** Waits for exchanges in flight. Call it once, after the last use. */
  readonly close: () => Promise<void>
}

export interface AuthorizationServerSettings {
  readonly issuer: string
  /** Address of the JWK Set. Absent: `jwks_uri` of the metadata. */
  readonly jwksUri?: string | undefined
  /** For one fetch of the metadata, and for one fetch of the keys. */
  readonly deadlineMs: number
  readonly clock: Clock
  /** Replaces the connection pools, and is not closed by `close`. */
  readonly dispatcher?: Dispatcher | undefined
}

/** Endpoints rarely move. */
const METADATA_REFRESH_AFTER_MS = 3_600_000
/** A new key is fetched with the first token that names it; a withdrawn key is noticed after this time. */
const KEYS_REFRESH_AFTER_MS = 300_000
/** Keys stay in use while the server cannot be reached, but no longer than this. */
const KEYS_MAX_AGE_MS = 3_600_000

/** Fetches nothing until `metadata` or `keys` are needed. */
export function createAuthorizationServer (
  { issuer, jwksUri, deadlineMs, clock, dispatcher }: AuthorizationServerSettings
): AuthorizationServer {
  const { exchange, close } = createExchanger(clock, dispatcher)
  const configuredKeys = jwksUri === undefined ? undefined : new URL(jwksUri)

  const metadata = createRefreshed({
    fetch: () => fetchServerMetadata({ issuer, exchange, deadlineMs, clock }),
    refreshAfterMs: METADATA_REFRESH_AFTER_MS,
    clock
  })

  const keys = createRefreshed({
    async fetch () {
      const endAtMs = clock.monotonicMs() + deadlineMs
      try {
        const address = configuredKeys ?? readEndpoint(await metadata.get(), 'jwks_uri')
        return await fetchKeySet(address, exchange, endAtMs - clock.monotonicMs())
      } catch (failure) {
        metadata.expireSoon()
        throw failure
      }
    },
    refreshAfterMs: KEYS_REFRESH_AFTER_MS,
    maxAgeMs: KEYS_MAX_AGE_MS,
    clock
  })

  return { issuer, metadata, keys, exchange, close }
}
