// Starts a practice server on a port. Several can run in one process; each has its own clients, keys and tokens.

import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { answerAuthleteIntrospection } from './authlete-api.ts'
import { DEFAULT_RESOURCE, IDENTITY_PROVIDER_PATH, INTROSPECTION_CLIENT } from './endpoints.ts'
import { createIdentityProvider } from './enterprise/identity-provider.ts'
import { answerIdentityProvider } from './enterprise/identity-provider-routes.ts'
import type { TrustedIssuer } from './enterprise/identity-assertion.ts'
import { registerJwtBearerGrant, type JwtBearerGrant } from './enterprise/jwt-bearer-grant.ts'
import { createInteractionPage } from './interaction.ts'
import type { MachineClient } from './known-clients.ts'
import { openListener } from './practice-listener.ts'
import { loadProvider } from './load-provider.ts'
import { createMemoryAdapter } from './memory-adapter.ts'
import { providerConfiguration, type IntrospectionClientMetadata } from './provider-configuration.ts'
import { createRequestHandler } from './request-handler.ts'
import { createTokenMint, type TokenMint } from './token-mint.ts'

export interface PracticeServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** The host name in the issuer, and where to listen; `localhost`, the default, means both loopback addresses. */
  readonly host?: string
  /** Resource identifiers (RFC 8707) it issues tokens for, at least one, compared byte for byte. */
  readonly resources?: readonly string[]
  readonly accessTokenTtlSeconds?: number
  readonly introspectionClient?: IntrospectionClient
  /** Those of `resources` for which access tokens are JWTs (RFC 9068), which cannot be introspected. */
  readonly jwtResources?: readonly string[]
  /** Clients without a person, beside MACHINE_CLIENT. */
  readonly machineClients?: readonly MachineClient[]
  /** Identity providers whose assertions are accepted, beside the one of this server. */
  readonly trustedIssuers?: readonly TrustedIssuer[]
  /** Fetches client ID metadata documents; for tests, which serve them on loopback. */
  readonly fetch?: typeof globalThis.fetch
  /** Called for every request to the introspection endpoint. */
  readonly onIntrospection?: () => void
  /** One line for everything a learner may want to see. Never a token, a code or a secret. */
  readonly log?: (line: string) => void
}

export interface IntrospectionClient {
  readonly id: string
  readonly secret: string
  /** In place of a secret by HTTP Basic: how it authenticates, with which keys, and whether replies are signed for it. */
  readonly metadata?: IntrospectionClientMetadata
}

export interface PracticeServer {
  /** The issuer identifier, which is also the base of every URL: `http://localhost:9000`. */
  readonly issuer: string
  readonly url: string
  /** The client that may introspect, as configured. */
  readonly introspectionClient: { readonly id: string, readonly secret: string }
  /** Requests to the introspection endpoint so far. */
  readonly introspections: number
  /** A real access token without a browser. */
  readonly mintToken: TokenMint['mint']
  readonly revokeToken: TokenMint['revoke']
  /** The identity provider of an enterprise; it trusts nothing that this server knows, but this server trusts it. */
  readonly identityProvider: { readonly issuer: string, readonly signIn: (subject: string) => Promise<string> }
  readonly close: () => Promise<void>
}

// What the hosted server of the tutorial gives.
const ACCESS_TOKEN_TTL_SECONDS = 24 * 3600

/** @throws the system's error when it cannot listen: `code` is `EADDRINUSE` when the port is taken. */
export async function createPracticeServer (options: PracticeServerOptions = {}): Promise<PracticeServer> {
  const {
    host = 'localhost', port = 0, resources = [DEFAULT_RESOURCE], introspectionClient = INTROSPECTION_CLIENT, jwtResources = []
  } = options
  const { log = () => {} } = options
  const [firstResource] = resources
  if (firstResource === undefined) throw new TypeError('a practice server needs a resource to issue tokens for')
  const accessTokenTtlSeconds = options.accessTokenTtlSeconds ?? ACCESS_TOKEN_TTL_SECONDS

  const library = await loadProvider()
  const listener = await openListener(host, port)
  const issuer = `http://${host}:${listener.port}`
  const adapter = createMemoryAdapter(Date.now)
  const mint = createTokenMint({
    adapter, provider: () => provider, jwtResources, defaultResource: firstResource, defaultTtlSeconds: accessTokenTtlSeconds
  })
  const provider = new library.Provider(issuer, providerConfiguration({
    adapter,
    issuer,
    resources,
    accessTokenTtlSeconds,
    introspectionClient,
    jwtResources,
    machineClients: options.machineClients ?? [],
    fetch: options.fetch,
    extraTokenClaims: (ctx, token) => ctx === undefined
      ? mint.extraClaimsOf(token)
      : { auth_time: authenticatedAt(ctx), ...assertions.extraClaimsOf(token) }
  }, library))
  const nowSeconds = () => Math.floor(Date.now() / 1000)
  const identityProvider = await createIdentityProvider({
    issuer: issuer + IDENTITY_PROVIDER_PATH, authorizationServer: issuer, resources, nowSeconds
  })
  const trusted = [identityProvider, ...options.trustedIssuers ?? []]
  const assertions: JwtBearerGrant = registerJwtBearerGrant({
    provider, library, trusted, resources, jwtResources, accessTokenTtlSeconds, nowSeconds
  })
  logEvents(log, provider)

  let introspections = 0
  listener.serve(createRequestHandler({
    issuer,
    resources,
    interactionPage: createInteractionPage({ provider, SessionNotFound: library.errors.SessionNotFound, log }),
    provider: provider.callback(),
    identityProvider: (request, response, pathname) => answerIdentityProvider(identityProvider, request, response, pathname),
    authlete: (request, response) => answerAuthleteIntrospection(provider, request, response),
    onIntrospection () {
      introspections += 1
      options.onIntrospection?.()
    },
    onFailure: problem => { log(`failed: ${problem instanceof Error ? problem.message : 'unknown problem'}`) }
  }))

  return {
    issuer,
    url: issuer,
    introspectionClient,
    get introspections () { return introspections },
    mintToken: mint.mint,
    revokeToken: mint.revoke,
    identityProvider,
    close: listener.close
  }
}

/** When the person logged in, for resource servers that ask for a recent login (RFC 9470 section 6.2). */
function authenticatedAt (ctx: KoaContextWithOIDC): number | undefined {
  return ctx.oidc.entities.AuthorizationCode?.authTime ?? ctx.oidc.entities.RefreshToken?.authTime
}

function logEvents (log: (line: string) => void, provider: Provider): void {
  provider.on('registration_create.success', (_ctx, client) => { log(`registered: client ${client.clientId}`) })
  provider.on('grant.success', ({ oidc: { params, client } }) => {
    log(`token issued: ${String(params?.['grant_type'])} for client ${client?.clientId ?? '?'}`)
  })
  provider.on('revocation.error', (_ctx, error) => { log(`revocation refused: ${error.message}`) })
  provider.on('grant.error', (_ctx, error) => { log(`token refused: ${error.message}: ${error.error_description ?? ''}`) })
  provider.on('authorization.error', (_ctx, error) => { log(`authorization refused: ${error.message}`) })
  provider.on('registration_create.error', (_ctx, error) => { log(`registration refused: ${error.message}`) })
  provider.on('introspection.error', (_ctx, error) => { log(`introspection refused: ${error.message}`) })
  provider.on('server_error', (_ctx, error) => { log(`failed: ${error.message}`) })
}
