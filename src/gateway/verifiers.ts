// How is one authorization server asked? The verifier that its configuration describes: by keys, by introspection, through Authlete,
// or by two of these. Part of the composition, like authentication.ts.

import { createAuthleteVerifier } from '../auth/authlete/verifier.ts'
import { createEitherKindVerifier } from '../auth/either-kind.ts'
import { createGuardedVerifier } from '../auth/guarded-verifier.ts'
import { bearerToken, clientSecretBasic, clientSecretPost, createPrivateKeyJwt, withSecret, type Authenticate } from '../auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier, type IntrospectionVerifierSettings } from '../auth/introspection/verifier.ts'
import { createJwtVerifier } from '../auth/jwt/verifier.ts'
import type { CircuitEvent } from '../auth/observation.ts'
import { parsePrivateKey } from '../auth/server/private-key.ts'
import { createTracedVerifier } from '../auth/traced-verifier.ts'
import type { AskingVerifier } from '../auth/verifier.ts'
import { readConfiguredFile } from '../config/configured-file.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { Tracing } from '../kernel/tracing.ts'

export type ServerConfig = GatewayConfig['authorizationServer']

export interface VerifierSurroundings {
  /** The client secret of the moment. */
  readonly secret: () => string
  /** Our resource identifier. */
  readonly resource: string
  readonly clock: Clock
  /** For tests: instead of connection pools of our own. */
  readonly dispatcher: IntrospectionVerifierSettings['dispatcher']
  /** Told when the server is left alone, and asked again. Must not throw. */
  readonly circuitChanged: ((event: CircuitEvent) => void) | undefined
  readonly tracing: Tracing | undefined
}

export interface ConfiguredVerifier {
  readonly verifier: AskingVerifier
  /**
   * What can be found out before there is a token: software that is missing, a key that does not fit.
   * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise)
   */
  readonly prepare: () => Promise<void>
}

/** It can be asked about a token that does not say where it comes from. */
export function knowsReferenceTokens ({ introspection, authlete }: ServerConfig): boolean {
  return introspection !== undefined || authlete !== undefined
}

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function createVerifier (server: ServerConfig, surroundings: VerifierSurroundings): ConfiguredVerifier {
  const { clock, tracing, circuitChanged } = surroundings
  const jwt = jwtVerifier(server, surroundings)
  const asking = referenceVerifier(server, surroundings)
  if (asking === undefined) {
    if (jwt === undefined) throw new GatewayError('GW_CONFIG_INVALID', 'an authorization server without introspection, jwt or authlete')
    return { verifier: jwt, prepare: async () => {} }
  }
  // A JWT is verified with keys at hand: there is nobody to spare. Whoever is asked for every token gets a circuit breaker.
  const reference = createGuardedVerifier({
    verifier: tracing === undefined ? asking.verifier : createTracedVerifier(asking.verifier, tracing),
    clock,
    changed: state => { circuitChanged?.({ kind: 'circuit', issuer: server.issuer, state }) }
  })
  return { verifier: jwt === undefined ? reference : createEitherKindVerifier({ jwt, reference }), prepare: asking.prepare }
}

function jwtVerifier ({ issuer, jwt, deadlineMs }: ServerConfig, { clock, dispatcher }: VerifierSurroundings): AskingVerifier | undefined {
  return jwt === undefined ? undefined : createJwtVerifier({ issuer, ...jwt, deadlineMs, clock, dispatcher })
}

function referenceVerifier ({ issuer, introspection, authlete, deadlineMs }: ServerConfig, surroundings: VerifierSurroundings): ConfiguredVerifier | undefined {
  const { secret, resource, clock, dispatcher } = surroundings
  if (authlete !== undefined) {
    const verifier = createAuthleteVerifier({ issuer, ...authlete, deadlineMs, clock, dispatcher })
    return { verifier, prepare: verifier.ready }
  }
  if (introspection === undefined) return undefined
  const { endpoint, clientId, accept, replyAlgorithms } = introspection
  const authenticate = authenticationAt(issuer, introspection, surroundings)
  const verifier = createIntrospectionVerifier({
    issuer, endpoint, clientId, get clientSecret () { return secret() }, authenticate, accept, replyAlgorithms, resource, deadlineMs, clock, dispatcher
  })
  return { verifier, prepare: async () => { await authenticate(new URL(issuer)) } }
}

function authenticationAt (issuer: string, introspection: Exclude<ServerConfig['introspection'], undefined>, { secret, clock }: VerifierSurroundings): Authenticate {
  const { clientId, clientAuthentication } = introspection
  switch (clientAuthentication) {
    case 'client_secret_basic': return withSecret(clientSecretBasic, clientId, secret)
    case 'client_secret_post': return withSecret(clientSecretPost, clientId, secret)
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
