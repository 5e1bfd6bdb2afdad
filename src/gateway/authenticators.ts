// Who is asked about tokens? For each configured authorization server the verifier that its configuration describes, and one
// authenticator over all of them. Part of the composition, like plugin.ts: it knows configuration and auth/, and decides nothing.

import type { Authenticator } from '../auth/authentication.ts'
import { createAuthenticator } from '../auth/authenticator.ts'
import type { GrantCacheSettings } from '../auth/cache/grant-cache.ts'
import type { AuthenticationEvent, CircuitEvent } from '../auth/observation.ts'
import { revocationBoundSeconds } from '../auth/revocation-bound.ts'
import { createSeveralServersAuthenticator } from '../auth/several-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { createVerifier, knowsReferenceTokens, type ServerConfig, type VerifierSurroundings } from './verifiers.ts'

export interface AuthenticationSurroundings {
  /** What of the configuration may have changed since; absent: nothing. */
  readonly settings?: SettingsSource
  readonly clock: Clock
  /** For tests: instead of connection pools of our own. */
  readonly dispatcher: VerifierSurroundings['dispatcher']
  /** Told what happens to tokens. Must not throw. None: then nothing is measured for them either. */
  readonly observers: ReadonlyArray<(event: AuthenticationEvent) => void>
  /** Told when a server is left alone, and asked again. Must not throw. */
  readonly circuitChanged?: VerifierSurroundings['circuitChanged']
  readonly tracing?: Tracing | undefined
}

export interface ConfiguredAuthentication {
  readonly authenticator: Authenticator
  /** Issuer identifiers, as the metadata lists them. */
  readonly issuers: readonly string[]
  /**
   * To be waited for before the first request: finds what is wrong with the configuration and needs no server to be found.
   * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise)
   */
  readonly prepare: () => Promise<void>
  /** One for each authorization server. */
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
}

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function createAuthentication (config: GatewayConfig, { settings = { current: () => config }, clock, dispatcher, observers, circuitChanged, tracing }: AuthenticationSurroundings): ConfiguredAuthentication {
  const observe = observers.length === 0 ? undefined : (event: AuthenticationEvent) => { for (const observer of observers) observer(event) }
  const told = (event: CircuitEvent): void => {
    circuitChanged?.(event)
    observe?.(event)
  }
  const servers = configuredServers(config).map((server, index) => {
    const { issuer } = server
    // Only the first server is named by a path of its own, and so only its secret can be told apart from other changes.
    const secret = () => (index === 0 ? settings.current().authorizationServer : server).introspection?.clientSecret ?? ''
    const { verifier, prepare } = createVerifier(server, { secret, resource: config.resource.identifier, clock, dispatcher, circuitChanged: told, tracing })
    const authenticator = createAuthenticator({
      verifier,
      issuer,
      resource: config.resource.identifier,
      dpopRequired: config.dpop.mode === 'required',
      cache: liveCacheSettings(settings, config.cache.maxEntries),
      clock,
      ...(observe === undefined ? {} : { observe })
    })
    return { issuer, verifier, prepare, authenticator, knowsReferenceTokens: knowsReferenceTokens(server) }
  })
  const [only, second] = servers
  return {
    authenticator: only !== undefined && second === undefined ? only.authenticator : createSeveralServersAuthenticator(servers),
    issuers: servers.map(({ issuer }) => issuer),
    prepare: async () => { await Promise.all(servers.map(({ prepare }) => prepare())) },
    readiness: servers.map(({ verifier }, index) => {
      return { name: index === 0 ? 'authorization-server' : `authorization-server-${index + 1}`, check: verifier.ready }
    })
  }
}

function liveCacheSettings (settings: SettingsSource, maxEntries: number): GrantCacheSettings {
  return {
    get ttlSeconds () { return settings.current().cache.ttlSeconds },
    get negativeTtlSeconds () { return settings.current().cache.negativeTtlSeconds },
    maxEntries,
    maxNegativeEntries: maxEntries
  }
}

/**
 * The longest that a revoked token goes on working for what does not ask afresh, in seconds; `undefined` where tokens are
 * believed for what they say themselves, and so until they expire.
 */
export function revocationBound (config: GatewayConfig): number | undefined {
  const servers = configuredServers(config)
  if (servers.some(({ jwt }) => jwt !== undefined)) return undefined
  return Math.max(...servers.map(({ deadlineMs }) => revocationBoundSeconds({ ttlSeconds: config.cache.ttlSeconds, deadlineMs })))
}

function configuredServers ({ authorizationServer, furtherAuthorizationServers }: GatewayConfig): readonly ServerConfig[] {
  return [authorizationServer, ...furtherAuthorizationServers]
}
