// Starts a practice server on a port. Several can run in one process; each has its own clients, keys and tokens.

import { isLoopbackHost } from '../kernel/loopback.ts'
import { answerAuthleteIntrospection } from './authlete-api.ts'
import { DEFAULT_RESOURCE, DEFAULT_SHOP, IDENTITY_PROVIDER_PATH, INTROSPECTION_CLIENT } from './endpoints.ts'
import { createIdentityProvider } from './enterprise/identity-provider.ts'
import { answerIdentityProvider } from './enterprise/identity-provider-routes.ts'
import type { TrustedIssuer } from './enterprise/identity-assertion.ts'
import type { UpstreamResource } from './exchange/access-token-exchange.ts'
import type { ReplyVariant } from './exchange/reply-variants.ts'
import { createAgreementPage } from './agreement/agreement-page.ts'
import { createTokenIndex } from './agreement/token-index.ts'
import { createGrantIndex } from './grants/grant-index.ts'
import { createMyGrants } from './grants/my-grants.ts'
import { createRecheckNotices, type NoticeAddress } from './grants/recheck-notices.ts'
import { createKnownResources } from './gateways/known-resources.ts'
import { askGateway } from './gateways/published-metadata.ts'
import { keepClients } from './kept-clients.ts'
import type { MachineClient } from './known-clients.ts'
import { createLab, isDown } from './lab/lab.ts'
import { createSwitches } from './lab/switches.ts'
import { openListener } from './practice-listener.ts'
import { loadProvider } from './load-provider.ts'
import { createMemoryAdapter } from './memory-adapter.ts'
import { accountsFor } from './class-accounts.ts'
import type { IntrospectionClientMetadata } from './provider-configuration.ts'
import { createProviderGenerations } from './provider-generations.ts'
import { createRequestHandler } from './request-handler.ts'
import { createTransactionRoutes } from './transactions/transaction-routes.ts'
import { createTokenMint, type TokenMint } from './token-mint.ts'

export interface PracticeServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** The host name in the issuer, and where to listen; `localhost`, the default, means both loopback addresses. */
  readonly host?: string
  /** Resource identifiers (RFC 8707) with the tickets of the tutorial that it issues tokens for, compared byte for byte. */
  readonly resources?: readonly string[]
  /** Resource identifiers of gateways, which are asked for their scopes and authorization details types. */
  readonly gateways?: readonly string[]
  readonly accessTokenTtlSeconds?: number
  readonly introspectionClient?: IntrospectionClient
  /** Those of `resources` for which access tokens are JWTs (RFC 9068), which cannot be introspected. */
  readonly jwtResources?: readonly string[]
  /** Access tokens for every resource are JWTs that are signed with it (HS256), with a list in `scope`. */
  readonly sharedSecret?: string
  /** Clients without a person, beside MACHINE_CLIENT. */
  readonly machineClients?: readonly MachineClient[]
  /** Identity providers whose assertions are accepted, beside the one of this server. */
  readonly trustedIssuers?: readonly TrustedIssuer[]
  /** Servers behind gateways: GATEWAY_CLIENT may exchange tokens for them (RFC 8693). Default: none. */
  readonly upstreams?: readonly UpstreamResource[]
  /** Changes the replies of token exchanges, for tests of gateways. */
  readonly exchangeVariant?: ReplyVariant
  /** The origin of the ticket shop, to which people return after they have logged in; default `http://localhost:3000`. */
  readonly shop?: string
  /** Where gateways take a notice when a person withdraws a grant. Default: none. */
  readonly notices?: readonly NoticeAddress[]
  /** Accounts of a class beside inga and taro: `user01`, `user02` and so on, each with its login as password and `sub`. */
  readonly people?: number
  /** Seconds between two polls for a transaction; default 5. */
  readonly pollSeconds?: number
  /** The page `/lab`, which makes one thing wrong on purpose. Off loopback it needs the secret of the teacher. */
  readonly lab?: { readonly teacherSecret?: string }
  /** A file that keeps registered clients over a restart. */
  readonly clientsFile?: string
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

/**
 * @throws TypeError for a lab off loopback without a secret, Error for a `clientsFile` that cannot be read
 * @throws the system's error when it cannot listen: `code` is `EADDRINUSE` when the port is taken.
 */
export async function createPracticeServer (options: PracticeServerOptions = {}): Promise<PracticeServer> {
  const {
    host = 'localhost',
    port = 0,
    gateways = [],
    introspectionClient = INTROSPECTION_CLIENT,
    jwtResources = [],
    sharedSecret
  } = options
  const { resources = gateways.length > 0 ? [] : [DEFAULT_RESOURCE], log = () => {} } = options
  const [firstResource] = [...resources, ...gateways]
  if (firstResource === undefined) throw new TypeError('a practice server needs a resource to issue tokens for')
  const { lab: labOptions } = options
  if (labOptions !== undefined && labOptions.teacherSecret === undefined && !isLoopbackHost(host)) {
    throw new TypeError('a lab that other machines can reach needs a secret of the teacher')
  }
  const accessTokenTtlSeconds = options.accessTokenTtlSeconds ?? ACCESS_TOKEN_TTL_SECONDS

  const memory = createMemoryAdapter(Date.now)
  const storage = options.clientsFile === undefined ? memory : keepClients(memory, options.clientsFile)

  const library = await loadProvider()
  const listener = await openListener(host, port)
  const issuer = `http://${host}:${listener.port}`
  const known = createKnownResources({ resources, gateways, ask: askGateway, monotonicMs: () => performance.now(), log })
  const tokens = createTokenIndex(storage)
  const index = createGrantIndex(tokens.adapter)
  const { adapter } = index
  const accounts = accountsFor(options.people ?? 0)
  const switches = createSwitches(Date.now)
  const mint = createTokenMint({
    adapter,
    provider: () => generation().provider,
    jwtResources,
    sharedSecret,
    defaultResource: firstResource,
    defaultTtlSeconds: accessTokenTtlSeconds
  })
  const nowSeconds = () => Math.floor(Date.now() / 1000)
  const identityProvider = await createIdentityProvider({
    issuer: issuer + IDENTITY_PROVIDER_PATH, authorizationServer: issuer, knowledge: known.current, nowSeconds
  })
  const { current: generation, replaceSigningKey } = createProviderGenerations({
    library,
    known,
    asks: gateways.length > 0,
    trusted: [identityProvider, ...options.trustedIssuers ?? []],
    nowSeconds,
    log,
    upstreams: options.upstreams ?? [],
    exchangeVariant: options.exchangeVariant,
    extraClaimsOf: mint.extraClaimsOf,
    adapter,
    issuer,
    accessTokenTtlSeconds,
    accounts,
    switches,
    introspectionClient,
    jwtResources,
    sharedSecret,
    machineClients: options.machineClients ?? [],
    shop: options.shop ?? DEFAULT_SHOP,
    fetch: options.fetch
  })

  const notices = createRecheckNotices(options.notices ?? [], issuer, log)
  const myGrants = createMyGrants({ provider: () => generation().provider, index, storage: adapter, notices, log })
  const agreement = createAgreementPage({
    provider: () => generation().provider, knowledge: known.current, index: tokens, storage: adapter, accounts, nowSeconds, log
  })
  const transaction = createTransactionRoutes({
    provider: () => generation().provider,
    context: () => ({ issuer, knowledge: known.current(), nowSeconds }),
    accounts,
    mint: mint.mint,
    tokenTtlSeconds: accessTokenTtlSeconds,
    intervalSeconds: options.pollSeconds,
    log
  })
  const lab = labOptions === undefined
    ? undefined
    : createLab({ issuer, switches, accounts, teacherSecret: labOptions.teacherSecret, replaceSigningKey, now: Date.now, log })

  let introspections = 0
  listener.serve(createRequestHandler({
    issuer,
    known,
    generation,
    identityProvider: (request, response, pathname) => answerIdentityProvider(identityProvider, request, response, pathname),
    transaction,
    myGrants: myGrants.answer,
    agreement: agreement.answer,
    authlete: (request, response) => answerAuthleteIntrospection(generation().provider, request, response),
    accounts,
    lab: async (request, response, url) => await lab?.answer(request, response, url) ?? false,
    isDown: pathname => isDown(switches, pathname),
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
