// The configuration of oidc-provider: the au3te paths, open registration, PKCE with S256 alone, resource indicators, rich
// authorization requests, opaque tokens, rotated refresh tokens, introspection by one resource server only. The pages and the
// grants are in interaction.ts and consent.ts.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type {
  AdapterFactory, AuthorizationDetail, ClientMetadata, Configuration, JWK, KoaContextWithOIDC, ResourceServer
} from 'oidc-provider'
import { DETAILS_TYPES_PATH, ENDPOINTS, GRANTS_PATH, INTERACTION_PATH, TRANSACTION_PATH } from './endpoints.ts'
import { isKnownSubject, loginOf, type Account } from './accounts.ts'
import { ID_JAG_PROFILE, TOKEN_EXCHANGE } from './enterprise/grant-names.ts'
import type { Knowledge } from './gateways/known-resources.ts'
import { refuseRefresh } from './lab/faults.ts'
import type { Switches } from './lab/switches.ts'
import { knownClients, type MachineClient } from './known-clients.ts'
import type { ProviderModule } from './load-provider.ts'
import { renderErrorPage } from './pages/error-page.ts'
import { sendPageThroughKoa } from './pages/send-page.ts'
import { registeredMetadata } from './registered-metadata.ts'
import { parseRequestedElement, typedElement } from './requested-element.ts'
import { grantedToMachine } from './standing-limit.ts'

const REFRESH_TOKEN_TTL_SECONDS = 14 * 24 * 3600
const INTERACTION_TTL_SECONDS = 3600
const CODE_TTL_SECONDS = 300

/** What differs for a resource server that does not authenticate with a secret in a header, or wants signed replies. */
export type IntrospectionClientMetadata = Pick<ClientMetadata, 'token_endpoint_auth_method' | 'jwks' | 'introspection_signed_response_alg'>

export interface ProviderSettings {
  readonly adapter: AdapterFactory
  readonly issuer: string
  readonly knowledge: Knowledge
  /** Whether the knowledge is that of gateways, and may change. */
  readonly asks: boolean
  /** Signs tokens and cookies; the same for every provider of a server. */
  readonly keys: ProviderKeys
  readonly accessTokenTtlSeconds: number
  readonly accounts: readonly Account[]
  /** All off without a lab. */
  readonly switches: Switches
  readonly introspectionClient: { readonly id: string, readonly secret: string, readonly metadata?: IntrospectionClientMetadata }
  readonly jwtResources: readonly string[]
  /** Signs access tokens for every resource in place of the key pair (HS256). */
  readonly sharedSecret: string | undefined
  /** Clients without a person, beside the one of every practice server. */
  readonly machineClients: readonly MachineClient[]
  /** The origin of the ticket shop. */
  readonly shop: string
  /** Fetches client ID metadata documents. Without it loopback and private addresses are refused. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** Members beside the standard ones of an access token's introspection: `auth_time`, `acr`. */
  readonly extraTokenClaims: NonNullable<Configuration['extraTokenClaims']>
}

export interface ProviderKeys {
  readonly signing: JWK
  readonly cookies: string
}

export function createProviderKeys (): ProviderKeys {
  return { signing: signingKey(), cookies: randomBytes(32).toString('base64url') }
}

export function providerConfiguration (settings: ProviderSettings, { errors }: ProviderModule): Configuration {
  const { issuer, knowledge, introspectionClient, jwtResources, sharedSecret, switches } = settings
  const types = knowledge.typesAt([]).map(({ type }) => type)
  return {
    adapter: settings.adapter,
    jwks: { keys: [settings.keys.signing] },
    cookies: {
      // Cookies know no ports: another server on localhost must not find ours under the default names.
      names: { session: 'practice_as_session', interaction: 'practice_as_interaction', resume: 'practice_as_resume' },
      keys: [settings.keys.cookies],
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true }
    },
    routes: ENDPOINTS,
    discovery: {
      authorization_details_types_metadata_endpoint: issuer + DETAILS_TYPES_PATH,
      authorization_grant_profiles_supported: [ID_JAG_PROFILE],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      // The web site for people finds it here.
      practice_grants_endpoint: issuer + GRANTS_PATH,
      transaction_authorization_endpoint: issuer + TRANSACTION_PATH,
      service_documentation: `${issuer}/`,
      ui_locales_supported: ['en', 'ja']
    },
    scopes: ['openid', ...knowledge.scopes],
    // A web site shows who is logged in; everything that it needs of the person is in the ID token.
    claims: { openid: ['sub', 'preferred_username'] },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    // An assertion for the token endpoint names the issuer and nothing else, so that no other server can use it (draft RFC 7523bis).
    assertJwtClientAuthClaimsAndHeader: (ctx, claims) => {
      if (ctx.oidc.route === 'token' && claims['aud'] !== issuer) throw new errors.InvalidClientAuth('aud: expected the issuer identifier')
    },
    clientDefaults: {
      authorization_details_types: types,
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'ES256',
      response_types: ['code']
    },
    extraClientMetadata: registeredMetadata(errors, knowledge, settings.asks),
    clients: [{
      client_id: introspectionClient.id,
      client_secret: introspectionClient.secret,
      client_name: 'The MCP server that introspects',
      token_endpoint_auth_method: 'client_secret_basic',
      authorization_details_types: [],
      grant_types: [],
      response_types: [],
      redirect_uris: [],
      ...introspectionClient.metadata
    }, ...knownClients(settings.machineClients, types, settings.shop)],
    pkce: { required: () => true },
    clientBasedCORS: ctx => ctx.oidc.route !== 'introspection',
    findAccount: (_ctx, subject) => isKnownSubject(subject, settings.accounts)
      ? { accountId: subject, claims: () => Promise.resolve({ sub: subject, preferred_username: loginOf(subject) ?? subject }) }
      : undefined,
    interactions: { url: (_ctx, interaction) => INTERACTION_PATH + interaction.uid },
    renderError: (ctx, out, error) => {
      sendPageThroughKoa(ctx, renderErrorPage(ctx.req, out.error, out.error_description ?? error.message))
    },
    extraTokenClaims: settings.extraTokenClaims,
    ...(sharedSecret === undefined ? {} : { formats: { customizers: { jwt: (_ctx, _token, parts) => { listScopes(parts) } } } }),
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken (ctx) {
      refuseRefresh(ctx, switches, errors.InvalidGrant)
      return true
    },
    ttl: {
      AccessToken: (_ctx, token) => switches.hit('short-life', token.accountId) ?? settings.accessTokenTtlSeconds,
      AuthorizationCode: CODE_TTL_SECONDS,
      ClientCredentials: settings.accessTokenTtlSeconds,
      Grant: REFRESH_TOKEN_TTL_SECONDS,
      IdToken: 3600,
      Interaction: INTERACTION_TTL_SECONDS,
      RefreshToken: REFRESH_TOKEN_TTL_SECONDS,
      Session: INTERACTION_TTL_SECONDS
    },
    ...(settings.fetch !== undefined && { fetch: settings.fetch }),
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      registration: { enabled: true, initialAccessToken: false, issueRegistrationAccessToken: false },
      clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: {
        enabled: true,
        // Left to itself the library lets any registered client read any token.
        allowedPolicy: (_ctx, client, token) => client.clientId === introspectionClient.id && token.kind !== 'RefreshToken'
      },
      jwtIntrospection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: (_ctx, _client, oneOf) => oneOf ?? [],
        getResourceServerInfo: (_ctx, resource) => {
          if (!knowledge.resources.includes(resource)) {
            throw new errors.InvalidTarget(`unknown resource; known here: ${knowledge.resources.join(' ')}`)
          }
          const { scopes = [] } = knowledge.of(resource) ?? {}
          return { ...accessTokensFor(resource, scopes, jwtResources, sharedSecret), accessTokenTTL: settings.accessTokenTtlSeconds }
        }
      },
      richAuthorizationRequests: {
        enabled: true,
        types: Object.fromEntries(types.map(type => [type, {
          validate: (ctx, element) => {
            // An exchange compares with what the person's token has.
            if (ctx.oidc.params?.['grant_type'] === TOKEN_EXCHANGE) return
            const parsed = parseRequestedElement(knowledge.typesAt(resourcesIn(ctx)), element)
            if (!parsed.ok) throw new errors.InvalidAuthorizationDetails(parsed.error)
          }
        }])),
        authorizationDetailsForGrantSource: ctx => grantedDetails(ctx),
        authorizationDetailsForAccessToken: (ctx, _token, source) => {
          const requested = ctx.oidc.params?.['authorization_details']
          if (typeof requested !== 'string') return detailsOf(source)
          // RFC 9396 §6.1 lets a token request narrow a grant. This server does not support it, and must not grant more than
          // was asked for.
          if (source !== undefined) {
            const text = 'authorization_details belong into the authorization request, not into the token request'
            throw new errors.InvalidAuthorizationDetails(text)
          }
          // A client credentials grant has no authorization request: what the client may have is decided here (RFC 9396 §6).
          const here = knowledge.typesAt(resourcesIn(ctx))
          const granted = grantedToMachine(here, JSON.parse(requested) as unknown[], ctx.oidc.client?.clientId ?? 'machine')
          if (!granted.ok) throw new errors.InvalidAuthorizationDetails(granted.error)
          return granted.value.map(typedElement)
        },
        authorizationDetailsForIntrospection: (_ctx, token) => detailsOf(token)
      }
    }
  }
}

/** What the access tokens for a resource are like. */
export function accessTokensFor (
  resource: string, scopes: readonly string[], jwtResources: readonly string[], sharedSecret?: string
): ResourceServer {
  const what = { scope: scopes.join(' '), audience: resource }
  if (sharedSecret !== undefined) {
    return { ...what, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'HS256', key: Buffer.from(sharedSecret) } } }
  }
  const signed = jwtResources.includes(resource)
  return { ...what, accessTokenFormat: signed ? 'jwt' : 'opaque', ...(signed && { jwt: { sign: { alg: 'ES256' } } }) }
}

/** As systems write it that are older than RFC 9068: a list in place of a text (section 2.2.3). */
function listScopes ({ payload }: { readonly payload: Record<string, unknown> }): void {
  const { scope } = payload
  if (typeof scope === 'string') payload['scope'] = scope.split(' ')
}

/** The resources that a request names (RFC 8707). */
function resourcesIn (ctx: KoaContextWithOIDC): readonly string[] {
  return [ctx.oidc.params?.['resource']].flat().filter(resource => typeof resource === 'string')
}

function grantedDetails (ctx: KoaContextWithOIDC): readonly AuthorizationDetail[] | undefined {
  return ctx.oidc.entities.Grant?.rar
}

function detailsOf (holder: object | undefined): readonly AuthorizationDetail[] | undefined {
  return holder !== undefined && 'rar' in holder ? holder.rar as AuthorizationDetail[] | undefined : undefined
}

/** Signs ID tokens and access tokens that are JWTs; an elliptic key costs no start-up time. */
function signingKey (): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }
}
