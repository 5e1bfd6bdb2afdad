// Builds the verifier that the settings of one authorization server describe: by published keys, by introspection, through
// Authlete, or by signature first and introspection second. Composition only.

import { createAuthleteVerifier } from '../auth/authlete/authlete-verifier.ts'
import { createEitherKindVerifier } from '../auth/either-kind.ts'
import { createGuardedVerifier, type GuardedVerifier } from '../auth/guarded-verifier.ts'
import {
  bearerToken, clientSecretBasic, clientSecretPost, createPrivateKeyJwt, withoutCredentials, withSecret, type Authenticate
} from '../auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../auth/introspection/introspection-verifier.ts'
import { createJwtVerifier } from '../auth/jwt/jwt-verifier.ts'
import { createTokenEvidence } from '../auth/guard/token-evidence.ts'
import type { SelfTestFinding } from '../auth/guard/self-test.ts'
import type { SelfTestEvent, ServerEvent } from '../auth/observation.ts'
import {
  createAuthorizationServer, type AuthorizationServer, type AuthorizationServerSettings
} from '../auth/server/authorization-server.ts'
import { parsePrivateKey } from '../kernel/private-key.ts'
import { createTracedVerifier } from '../auth/traced-verifier.ts'
import type { RemoteVerifier } from '../auth/verifier.ts'
import { secretOf, type ServerConfig } from '../config/authorization-servers.ts'
import { readConfiguredFile } from '../config/configured-file.ts'
import { withMadeUpCredentials } from '../config/made-up-credentials.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { Tracing } from '../kernel/tracing.ts'

export interface EndpointAudiences {
  readonly resource: string
  readonly audiences: readonly string[]
}

export interface VerifierSurroundings {
  /** The current client secret, bearer token or service access token. */
  readonly secret: () => string
  /** What tokens of this server are issued for, at each endpoint of this process. */
  readonly endpoints: readonly EndpointAudiences[]
  readonly clock: Clock
  /** Replaces the connection pools. For tests. */
  readonly dispatcher: AuthorizationServerSettings['dispatcher']
  /** Called with what is noticed about the server. Must not throw. */
  readonly onServerEvent: ((event: ServerEvent) => void) | undefined
  readonly tracing: Tracing | undefined
}

export interface ConfiguredVerifier {
  readonly verifier: RemoteVerifier
  readonly server: AuthorizationServer
  /**
   * Finds what can be wrong without a token: a package that is not installed, a key that does not fit.
   * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise)
   */
  readonly prepare: () => Promise<void>
  /** Tests the credentials of the gateway, as far as configuration wants it; never rejects. Once, when the gateway begins to serve. */
  readonly selfTest: () => Promise<void>
  /** The client secret may have changed. */
  readonly noticeNewCredentials: () => void
  /** Closes the connections to this server. */
  readonly close: () => Promise<void>
}

type Prepared = Pick<ConfiguredVerifier, 'verifier' | 'prepare'>

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function createVerifier (config: ServerConfig, surroundings: VerifierSurroundings): ConfiguredVerifier {
  const { issuer, jwt, deadlineMs } = config
  const { clock, dispatcher } = surroundings
  const server = createAuthorizationServer({ issuer, jwksUri: jwt?.jwksUri, deadlineMs, clock, dispatcher })
  const { close } = server
  const signed = jwt === undefined ? undefined : createJwtVerifier({ server, deadlineMs, ...jwt, claimNames: config.claims })
  const reference = referenceVerifier(config, server, surroundings)
  if (reference === undefined) {
    if (signed === undefined) throw new GatewayError('GW_CONFIG_INVALID', 'an authorization server without introspection, jwt or authlete')
    return { verifier: signed, server, prepare: async () => {}, selfTest: async () => {}, noticeNewCredentials: () => {}, close }
  }
  const guarded = guard(config, reference.verifier, server, surroundings)
  return {
    verifier: signed === undefined ? guarded : createEitherKindVerifier({ jwt: signed, reference: guarded, deadlineMs, clock }),
    server,
    prepare: reference.prepare,
    selfTest: config.selfTest === 'off' ? async () => {} : guarded.selfTest,
    noticeNewCredentials: guarded.noticeNewCredentials,
    close
  }
}

/** JWTs are verified without a request for each token, so that only reference tokens need a circuit breaker. */
function guard (
  config: ServerConfig, verifier: RemoteVerifier, server: AuthorizationServer, surroundings: VerifierSurroundings
): GuardedVerifier {
  const { issuer, deadlineMs } = config
  const { endpoints, secret, clock, tracing, onServerEvent } = surroundings
  const askedAddress = config.introspection?.endpoint ?? config.authlete?.baseUrl ?? issuer
  const madeUp = config.selfTest === 'full' ? withMadeUpCredentials(config) : undefined
  const madeUpSecret = madeUp === undefined ? '' : secretOf(madeUp)
  return createGuardedVerifier({
    verifier: tracing === undefined ? verifier : createTracedVerifier(verifier, tracing, askedAddress),
    verifierWithMadeUpCredentials: madeUp === undefined
      ? undefined
      : referenceVerifier(madeUp, server, { ...surroundings, secret: () => madeUpSecret, onServerEvent: undefined })?.verifier,
    deadlineMs,
    clock,
    credentials: secret,
    evidence: createTokenEvidence({ issuer, audiences: endpoints.flatMap(({ audiences }) => audiences), server, clock }),
    onCircuitChange: (state, reason) => { onServerEvent?.({ kind: 'circuit', issuer, state, reason }) },
    onDoubt: doubted => { onServerEvent?.({ kind: 'doubt', issuer, doubted }) },
    onSelfTest: finding => { onServerEvent?.(selfTestEvent(issuer, finding)) }
  })
}

function selfTestEvent (issuer: string, { outcome, failure }: SelfTestFinding): SelfTestEvent {
  const event = { kind: 'self-test', issuer, outcome } as const
  if (failure === undefined) return event
  const { reason, circumstance } = failure
  return { ...event, reason, ...(circumstance === undefined ? {} : { circumstance }) }
}

function referenceVerifier (config: ServerConfig, server: AuthorizationServer, surroundings: VerifierSurroundings): Prepared | undefined {
  const { issuer, introspection, authlete, claims: claimNames, deadlineMs } = config
  const { endpoints, clock, secret } = surroundings
  const resources = endpoints.map(({ resource }) => resource)
  if (authlete !== undefined) {
    const verifier = createAuthleteVerifier({ server, ...authlete, accessToken: secret, claimNames, deadlineMs, clock })
    return { verifier, prepare: verifier.ready }
  }
  if (introspection === undefined) return undefined
  const { endpoint, clientId, accept, replyAlgorithms } = introspection
  const authenticate = authenticationAt(issuer, introspection, surroundings)
  const verifier = createIntrospectionVerifier({
    server,
    endpoint,
    authenticate,
    byToken: introspection.clientAuthentication === 'bearer',
    accept,
    signedReplies: { algorithms: replyAlgorithms, audiences: clientId === undefined ? resources : [clientId, ...resources] },
    claimNames,
    deadlineMs,
    clock,
    onForeignEndpoint: () => { surroundings.onServerEvent?.({ kind: 'foreign-endpoint', issuer }) }
  })
  return { verifier, prepare: async () => { await authenticate(new URL(issuer)) } }
}

function authenticationAt (
  issuer: string, introspection: Exclude<ServerConfig['introspection'], undefined>, { secret, clock }: VerifierSurroundings
): Authenticate {
  const { clientId = '', clientAuthentication } = introspection
  switch (clientAuthentication) {
    case 'client_secret_basic': return withSecret(clientSecretBasic, clientId, secret)
    case 'client_secret_post': return withSecret(clientSecretPost, clientId, secret)
    case 'none': {
      const unauthenticated = withoutCredentials(introspection.clientId)
      return () => unauthenticated
    }
    case 'bearer': return () => bearerToken(secret())
    case 'private_key_jwt': {
      const { privateKeyFile = '', privateKeyId, privateKeyAlgorithm, assertionAudience } = introspection
      const privateKey = parsePrivateKey(readConfiguredFile('introspection.privateKeyFile', privateKeyFile))
      if (privateKey === undefined) {
        throw new GatewayError('GW_CONFIG_INVALID', 'introspection.privateKeyFile: expected a private key without a passphrase, PEM or JWK')
      }
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
