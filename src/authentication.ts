// Who is asked about tokens? For each configured authorization server the verifier that its configuration describes, and one
// authenticator over all of them. Part of the composition, like plugin.ts: it knows configuration and auth/, and decides nothing.

import { randomBytes } from 'node:crypto'
import type { Authenticator } from './auth/authentication.ts'
import { createAuthenticator } from './auth/authenticator.ts'
import { createAuthleteVerifier } from './auth/authlete/verifier.ts'
import { createEitherKindVerifier } from './auth/either-kind.ts'
import { createGuardedVerifier } from './auth/guarded-verifier.ts'
import type { GrantCacheSettings } from './auth/grant-cache.ts'
import { bearerToken, clientSecretBasic, clientSecretPost, createPrivateKeyJwt, type Authenticate } from './auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier, type IntrospectionVerifierSettings } from './auth/introspection/verifier.ts'
import { createJwtVerifier } from './auth/jwt/verifier.ts'
import type { AuthenticationEvent } from './auth/observation.ts'
import { parsePrivateKey } from './auth/private-key.ts'
import { revocationBoundSeconds } from './auth/revocation-bound.ts'
import { createSeveralServersAuthenticator } from './auth/several-servers.ts'
import { createTracedVerifier } from './auth/traced-verifier.ts'
import type { AskingVerifier } from './auth/verifier.ts'
import { readConfiguredFile } from './config/configured-file.ts'
import type { GatewayConfig } from './config/schema.ts'
import type { SettingsSource } from './config/settings.ts'
import type { Clock } from './kernel/clock.ts'
import { GatewayError } from './kernel/fault.ts'
import type { Tracing } from './kernel/tracing.ts'

type ServerConfig = GatewayConfig['authorizationServer']

export interface AuthenticationSurroundings {
  /** What of the configuration may have changed since; absent: nothing. */
  readonly settings?: SettingsSource
  readonly clock: Clock
  /** For tests: instead of connection pools of our own. */
  readonly dispatcher: IntrospectionVerifierSettings['dispatcher']
  /** Told what happens to tokens. Must not throw. */
  readonly observe: ((event: AuthenticationEvent) => void) | undefined
  readonly tracing?: Tracing | undefined
}

export interface ConfiguredAuthentication {
  readonly authenticator: Authenticator
  /** Issuer identifiers, as the metadata lists them. */
  readonly issuers: readonly string[]
  /** One for each authorization server. */
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
}

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function createAuthentication (config: GatewayConfig, { settings = { current: () => config }, clock, dispatcher, observe, tracing }: AuthenticationSurroundings): ConfiguredAuthentication {
  const servers = configuredServers(config).map((server, index) => {
    const { issuer } = server
    // Only the first server is named by a path of its own, and so only its secret can be told apart from other changes.
    const secret = () => (index === 0 ? settings.current().authorizationServer : server).introspection?.clientSecret ?? ''
    const verifier = createVerifier(server, { secret, resource: config.resource.identifier, clock, dispatcher, observe, tracing })
    const authenticator = createAuthenticator({
      verifier,
      issuer,
      resource: config.resource.identifier,
      dpopRequired: config.dpop.mode === 'required',
      cache: liveCacheSettings(settings, config.cache.maxEntries),
      clock,
      ...(observe === undefined ? {} : { observe })
    })
    return { issuer, verifier, authenticator, knowsReferenceTokens: referenceSettings(server) !== undefined }
  })
  const [only, second] = servers
  return {
    authenticator: only !== undefined && second === undefined ? only.authenticator : createSeveralServersAuthenticator(servers),
    issuers: servers.map(({ issuer }) => issuer),
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

/** A secret that every replica with this configuration has; one of this process's own where configuration has none. */
export function ownSecret (config: GatewayConfig): string {
  for (const { introspection, jwt, authlete } of configuredServers(config)) {
    const secret = introspection?.clientSecret ?? introspection?.bearerToken ?? authlete?.accessToken ?? jwt?.sharedSecret
    if (secret !== undefined) return secret
  }
  return randomBytes(32).toString('base64url')
}

function configuredServers ({ authorizationServer, furtherAuthorizationServers }: GatewayConfig): readonly ServerConfig[] {
  return [authorizationServer, ...furtherAuthorizationServers]
}

function referenceSettings ({ introspection, authlete }: ServerConfig): object | undefined {
  return introspection ?? authlete
}

type VerifierSurroundings = Pick<AuthenticationSurroundings, 'clock' | 'dispatcher'> & { readonly secret: () => string, readonly resource: string }

function createVerifier (server: ServerConfig, { observe, tracing, ...surroundings }: VerifierSurroundings & Pick<AuthenticationSurroundings, 'observe' | 'tracing'>): AskingVerifier {
  const jwt = jwtVerifier(server, surroundings)
  const asking = referenceVerifier(server, surroundings)
  // A JWT is verified with keys at hand: there is nobody to spare. Whoever is asked for every token gets a circuit breaker.
  const reference = asking === undefined
    ? undefined
    : createGuardedVerifier({
      verifier: tracing === undefined ? asking : createTracedVerifier(asking, tracing),
      clock: surroundings.clock,
      changed: state => { observe?.({ kind: 'circuit', issuer: server.issuer, state }) }
    })
  if (jwt !== undefined && reference !== undefined) return createEitherKindVerifier({ jwt, reference })
  const only = jwt ?? reference
  if (only === undefined) throw new GatewayError('GW_CONFIG_INVALID', 'an authorization server without introspection, jwt or authlete')
  return only
}

function jwtVerifier ({ issuer, jwt, deadlineMs }: ServerConfig, surroundings: VerifierSurroundings): AskingVerifier | undefined {
  return jwt === undefined ? undefined : createJwtVerifier({ issuer, ...jwt, deadlineMs, ...surroundings })
}

function referenceVerifier ({ issuer, introspection, authlete, deadlineMs }: ServerConfig, surroundings: VerifierSurroundings): AskingVerifier | undefined {
  if (authlete !== undefined) return createAuthleteVerifier({ issuer, ...authlete, deadlineMs, ...surroundings })
  if (introspection === undefined) return undefined
  const { endpoint, clientId, accept, replyAlgorithms } = introspection
  const { secret, resource, clock, dispatcher } = surroundings
  return createIntrospectionVerifier({
    issuer,
    endpoint,
    clientId,
    get clientSecret () { return secret() },
    authenticate: authenticationAt({ issuer, introspection }, surroundings),
    accept,
    replyAlgorithms,
    resource,
    deadlineMs,
    clock,
    dispatcher
  })
}

type IntrospectionConfig = Exclude<ServerConfig['introspection'], undefined>

function authenticationAt ({ issuer, introspection }: { readonly issuer: string, readonly introspection: IntrospectionConfig }, { secret, clock }: VerifierSurroundings): Authenticate {
  const { clientId, clientAuthentication } = introspection
  switch (clientAuthentication) {
    case 'client_secret_basic': return () => clientSecretBasic(clientId, secret())
    case 'client_secret_post': return () => clientSecretPost(clientId, secret())
    case 'bearer': return () => bearerToken(introspection.bearerToken ?? '')
    case 'private_key_jwt': {
      const { privateKeyFile = '', privateKeyId, privateKeyAlgorithm, assertionAudience } = introspection
      const privateKey = parsePrivateKey(readConfiguredFile('introspection.privateKeyFile', privateKeyFile))
      if (privateKey === undefined) throw new GatewayError('GW_CONFIG_INVALID', 'introspection.privateKeyFile: expected a private key without a passphrase, PEM or JWK')
      return createPrivateKeyJwt({
        clientId,
        key: privateKey.key,
        keyId: privateKeyId ?? privateKey.keyId,
        algorithm: privateKeyAlgorithm,
        audience: endpoint => assertionAudience === 'endpoint' ? endpoint.href : issuer,
        clock
      })
    }
  }
}
