// The library's provider knows its scopes and authorization details types from its construction on. When a gateway has others, another
// provider takes over, with the same keys and the same storage: clients, grants and tokens stay valid.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessToken, ClientCredentials, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { JsonObject } from '../kernel/json.ts'
import { registerJwtBearerGrant, type JwtBearerGrant } from './enterprise/jwt-bearer-grant.ts'
import type { TrustedIssuer } from './enterprise/identity-assertion.ts'
import { createSingleUse } from './enterprise/single-use.ts'
import { registerAccessTokenExchange, type AccessTokenExchange, type UpstreamResource } from './exchange/access-token-exchange.ts'
import type { ReplyVariant } from './exchange/reply-variants.ts'
import type { Knowledge, KnownResources } from './gateways/known-resources.ts'
import { createInteractionPage, type InteractionPage } from './interaction.ts'
import { addFaults } from './lab/faults.ts'
import type { ProviderModule } from './load-provider.ts'
import { renderNotFoundPage } from './pages/error-page.ts'
import { sendPageThroughKoa } from './pages/send-page.ts'
import { createProviderKeys, providerConfiguration, type ProviderKeys, type ProviderSettings } from './provider-configuration.ts'
import { explainTokenMistake } from './token-mistakes.ts'

export interface ProviderGeneration {
  readonly provider: Provider
  readonly interactionPage: InteractionPage
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

export interface ProviderGenerationsOptions
  extends Omit<ProviderSettings, 'knowledge' | 'keys' | 'extraTokenClaims'> {
  readonly library: ProviderModule
  readonly known: KnownResources
  readonly trusted: readonly TrustedIssuer[]
  readonly nowSeconds: () => number
  readonly log: (line: string) => void
  /** Servers behind gateways, for which tokens are exchanged. */
  readonly upstreams: readonly UpstreamResource[]
  readonly exchangeVariant: ReplyVariant | undefined
  /** Of a token that no request has issued. */
  readonly extraClaimsOf: (token: object) => JsonObject | undefined
}

interface ProviderGenerations {
  readonly current: () => ProviderGeneration
  /** Tokens that were signed before are worth nothing from now on; opaque ones go on. */
  readonly replaceSigningKey: () => void
}

export function createProviderGenerations (options: ProviderGenerationsOptions): ProviderGenerations {
  const { library, known, trusted, nowSeconds, log, issuer, jwtResources, accessTokenTtlSeconds } = options
  let keys = createProviderKeys()
  let last: { readonly knowledge: Knowledge, readonly keys: ProviderKeys, readonly made: ProviderGeneration } | undefined
  const singleUse = createSingleUse(nowSeconds)

  function make (knowledge: Knowledge): ProviderGeneration {
    function extraTokenClaims (ctx: KoaContextWithOIDC | undefined, token: AccessToken | ClientCredentials): JsonObject | undefined {
      if (ctx === undefined) return options.extraClaimsOf(token)
      const authTime = authenticatedAt(ctx)
      const claims = { ...assertions.extraClaimsOf(token), ...exchange.extraClaimsOf(token) }
      return authTime === undefined ? claims : { auth_time: authTime, ...claims }
    }

    const provider = new library.Provider(issuer, providerConfiguration({ ...options, knowledge, keys, extraTokenClaims }, library))
    const assertions: JwtBearerGrant = registerJwtBearerGrant({
      provider, library, trusted, knowledge, singleUse, jwtResources, accessTokenTtlSeconds, nowSeconds
    })
    const exchange: AccessTokenExchange = registerAccessTokenExchange({
      provider, library, upstreams: options.upstreams, accessTokenTtlSeconds, nowSeconds, variant: options.exchangeVariant
    })
    addFaults(provider, options.switches)
    answerUnknownPaths(provider)
    logEvents(log, provider)
    const { SessionNotFound } = library.errors
    return {
      provider,
      interactionPage: createInteractionPage({
        provider, SessionNotFound, knowledge, accounts: options.accounts, problemOf: known.problemOf, log
      }),
      handle: provider.callback()
    }
  }

  return {
    current () {
      const knowledge = known.current()
      if (last?.knowledge !== knowledge || last.keys !== keys) last = { knowledge, keys, made: make(knowledge) }
      return last.made
    },
    replaceSigningKey () { keys = { ...createProviderKeys(), cookies: keys.cookies } }
  }
}

/** A page for a person in a browser, JSON for everyone else. */
function answerUnknownPaths (provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.status !== 404 || ctx.body != null) return
    if (ctx.accepts('json', 'html') === 'html') sendPageThroughKoa(ctx, renderNotFoundPage(ctx.req))
    else ctx.body = { error: 'not_found', error_description: 'There is nothing here' }
    ctx.status = 404
  })
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
  provider.on('grant.error', (ctx, error) => {
    log(`token refused: ${error.message}: ${explainTokenMistake(ctx, error) ?? error.error_description ?? ''}`)
  })
  provider.on('authorization.error', (_ctx, error) => { log(`authorization refused: ${error.message}`) })
  provider.on('registration_create.error', (_ctx, error) => { log(`registration refused: ${error.message}`) })
  logIntrospection(log, provider)
  provider.on('server_error', (_ctx, error) => { log(`failed: ${error.message}`) })
}

/** A gateway asks once with made-up credentials when it starts. That refusal is what should happen: it must not read like a failure. */
function logIntrospection (log: (line: string) => void, provider: Provider): void {
  let credentialsWereAccepted = false
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next()
    const route = (ctx.oidc as KoaContextWithOIDC['oidc'] | undefined)?.route
    if (route === 'introspection' && ctx.status === 200) credentialsWereAccepted = true
  })
  provider.on('introspection.error', ({ oidc: { params } }, error) => {
    const isTest = credentialsWereAccepted && error.message === 'invalid_client' && String(params?.['token']).startsWith('probe-')
    log(isTest
      ? 'the gateway has tested that made-up credentials do not work here: they do not'
      : `introspection refused: ${error.message}`)
  })
}
