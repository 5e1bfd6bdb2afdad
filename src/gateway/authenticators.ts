// Builds the authentication that a configuration describes: a verifier and an authenticator for each authorization server, and
// one authenticator over all of them. Composition only: it decides nothing about a token.

import type { Authenticator } from '../auth/authentication.ts'
import { createAuthenticator } from '../auth/authenticator.ts'
import { createDelegation, type Delegation } from '../auth/delegation/delegation.ts'
import type { TokenRules } from '../auth/claims/token-rules.ts'
import type { GrantCacheSettings } from '../auth/cache/grant-cache.ts'
import type { RecheckedPerson } from '../auth/cache/recheck-marks.ts'
import type { AuthenticationEvent, ServerEvent } from '../auth/observation.ts'
import { revocationBoundSeconds } from '../auth/revocation-bound.ts'
import { createSeveralServersAuthenticator, type ServerWithAuthenticator } from '../auth/several-servers.ts'
import {
  acceptedAudiencesOf, authorizationServersOf, isAskedAboutTokens, secretOf, type ServerConfig
} from '../config/authorization-servers.ts'
import { endpointsOf, type ConfiguredEndpoint } from '../config/configured-endpoints.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { memoizeLast } from '../kernel/memoize.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { createVerifier, type EndpointAudiences, type VerifierSurroundings } from './verifiers.ts'

export interface AuthenticationSurroundings {
  /** Reloadable members are read at each use, the others once. */
  readonly settings: SettingsSource
  readonly clock: Clock
  /** Replaces the connection pools. For tests. */
  readonly dispatcher: VerifierSurroundings['dispatcher']
  /** Called with each event. Must not throw. */
  readonly observers: ReadonlyArray<(event: AuthenticationEvent) => void>
  /** Called with what is noticed about a server. Must not throw. */
  readonly onServerEvent?: VerifierSurroundings['onServerEvent']
  readonly tracing?: Tracing | undefined
}

export interface ConfiguredAuthentication {
  readonly authenticator: Authenticator
  /** For another endpoint of the configuration: the same servers, connections and cached answers, judged by its own audiences. */
  readonly authenticatorFor: (endpoint: GatewayConfig) => Authenticator
  /** Answers of this server about this person, asked for before now, no longer count. An unknown issuer changes nothing. */
  readonly recheck: (issuer: string, who: RecheckedPerson) => void
  /** Obtains tokens for other servers on behalf of a person. */
  readonly delegation: Delegation
  /** Issuer identifiers, as the metadata lists them. */
  readonly issuers: readonly string[]
  /**
   * Finds mistakes that need no request to a server. Wait for it before the first request.
   * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise)
   */
  readonly prepare: () => Promise<void>
  /** One for each authorization server. */
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  /** Tests the credentials at each server, as far as configuration wants it; never rejects. Once, when the gateway begins to serve. */
  readonly selfTest: () => Promise<void>
  /** Closes the connections to all authorization servers. */
  readonly close: () => Promise<void>
}

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function createAuthentication (
  { settings, clock, dispatcher, observers, onServerEvent, tracing }: AuthenticationSurroundings
): ConfiguredAuthentication {
  const config = settings.current()
  const resource = config.resource.identifier
  const endpoints = endpointsOf(config)
  const observe = observers.length === 0 ? undefined : (event: AuthenticationEvent) => { for (const observer of observers) observer(event) }
  const reportServer = (event: ServerEvent): void => {
    onServerEvent?.(event)
    observe?.(event)
  }
  const currentServers = memoizeLast(authorizationServersOf)

  const servers = authorizationServersOf(config).map(({ server, name }, index) => {
    const { issuer } = server
    const secret = () => secretOf(currentServers(settings.current())[index]?.server)
    const configured = createVerifier(
      server, { secret, endpoints: endpoints.map(audiencesAt(index)), clock, dispatcher, onServerEvent: reportServer, tracing }
    )
    const authenticator = createAuthenticator({
      verifier: configured.verifier,
      issuer,
      resource,
      rules: tokenRulesOf(server, resource, config.dpop.mode === 'required'),
      cache: cacheSettings(settings, config.cache.maxEntries),
      clock,
      onRefused: digest => { delegation.forget(digest) },
      ...(observe === undefined ? {} : { observe })
    })
    return { ...configured, issuer, name, authenticator, knowsReferenceTokens: isAskedAboutTokens(server) }
  })
  const stopNoticing = settings.onChange(() => { for (const { noticeNewCredentials } of servers) noticeNewCredentials() })
  const ownAudiences = servers.flatMap((_, index) => endpoints.flatMap(endpoint => audiencesAt(index)(endpoint).audiences))
  const delegation = createDelegation({ servers: servers.map(({ server }) => server), ownAudiences, clock, dispatcher })
  return {
    authenticator: authenticatorOver(servers),
    delegation,
    recheck (issuer, who) {
      for (const server of servers) if (server.issuer === issuer) server.authenticator.recheck(who)
    },
    authenticatorFor (endpoint) {
      const rulesOf = authorizationServersOf(endpoint)
        .map(({ server }) => tokenRulesOf(server, endpoint.resource.identifier, endpoint.dpop.mode === 'required'))
      return authenticatorOver(servers.map((server, index) => {
        const rules = rulesOf[index]
        if (rules === undefined) throw new GatewayError('GW_INTERNAL', 'an endpoint without one of the authorization servers')
        return { ...server, authenticator: server.authenticator.withRules(rules) }
      }))
    },
    issuers: servers.map(({ issuer }) => issuer),
    prepare: async () => { await Promise.all(servers.map(({ prepare }) => prepare())) },
    readiness: servers.map(({ name, verifier }) => ({ name, check: verifier.ready })),
    selfTest: async () => { await Promise.all(servers.map(({ selfTest }) => selfTest())) },
    async close () {
      stopNoticing()
      await Promise.all([delegation.close(), ...servers.map(({ close }) => close())])
    }
  }
}

function authenticatorOver (servers: readonly ServerWithAuthenticator[]): Authenticator {
  const [only, second] = servers
  return only !== undefined && second === undefined ? only.authenticator : createSeveralServersAuthenticator(servers)
}

/** What tokens of one server are issued for at an endpoint. */
function audiencesAt (index: number) {
  return ({ config }: ConfiguredEndpoint): EndpointAudiences => {
    const resource = config.resource.identifier
    const server = authorizationServersOf(config)[index]?.server
    return { resource, audiences: server === undefined ? [] : acceptedAudiencesOf(server, resource) }
  }
}

function tokenRulesOf (server: ServerConfig, resource: string, dpopRequired: boolean): TokenRules {
  const { issuer, clockToleranceSeconds, requireExpiry, subjectless, clients, requiredScopePrefix } = server
  return {
    issuer,
    audiences: acceptedAudiencesOf(server, resource),
    clockToleranceSeconds,
    requireExpiry,
    subjectless,
    clients: clients === undefined ? undefined : new Set(clients),
    requiredScopePrefix,
    dpopRequired
  }
}

function cacheSettings (settings: SettingsSource, maxEntries: number): GrantCacheSettings {
  return {
    get ttlSeconds () { return settings.current().cache.ttlSeconds },
    get negativeTtlSeconds () { return settings.current().cache.negativeTtlSeconds },
    maxEntries,
    maxNegativeEntries: maxEntries
  }
}

/**
 * The longest time in seconds for which a revoked token is still accepted by tools that do not ask for a fresh answer; `undefined`
 * where JWTs are accepted, because they are accepted until they expire.
 */
export function revocationBound (config: GatewayConfig): number | undefined {
  const servers = authorizationServersOf(config)
  if (servers.some(({ server }) => server.jwt !== undefined)) return undefined
  return Math.max(
    ...servers.map(({ server: { deadlineMs } }) => revocationBoundSeconds({ ttlSeconds: config.cache.ttlSeconds, deadlineMs }))
  )
}
