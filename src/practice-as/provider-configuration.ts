// The configuration of oidc-provider: the au3te paths, open registration, PKCE with S256 alone, resource indicators, rich
// authorization requests, opaque tokens, rotated refresh tokens, introspection by one resource server only. The pages and the
// grants are in interaction.ts and consent.ts.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { AdapterFactory, AuthorizationDetail, ClientMetadata, Configuration, JWK, KoaContextWithOIDC, ResourceServer } from 'oidc-provider'
import { isKnownSubject } from './accounts.ts'
import { DETAILS_TYPES_PATH, ENDPOINTS, INTERACTION_PATH, TICKET_SCOPES } from './endpoints.ts'
import type { ProviderModule } from './load-provider.ts'
import { renderErrorPage } from './pages/error-page.ts'
import { sendPageThroughKoa } from './pages/send-page.ts'
import { REGISTERED_METADATA } from './registered-metadata.ts'
import { parseRequestedReservation, TICKET_RESERVATION } from './requested-reservation.ts'

const REFRESH_TOKEN_TTL_SECONDS = 14 * 24 * 3600
const INTERACTION_TTL_SECONDS = 3600
const CODE_TTL_SECONDS = 300

/** What differs for a resource server that does not authenticate with a secret in a header, or wants signed replies. */
export type IntrospectionClientMetadata = Pick<ClientMetadata, 'token_endpoint_auth_method' | 'jwks' | 'introspection_signed_response_alg'>

export interface ProviderSettings {
  readonly adapter: AdapterFactory
  readonly issuer: string
  readonly resources: readonly string[]
  readonly accessTokenTtlSeconds: number
  readonly introspectionClient: { readonly id: string, readonly secret: string, readonly metadata?: IntrospectionClientMetadata }
  readonly jwtResources: readonly string[]
  /** Fetches client ID metadata documents. Without it loopback and private addresses are refused. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** Members beside the standard ones of an access token's introspection: `auth_time`, `acr`. */
  readonly extraTokenClaims: NonNullable<Configuration['extraTokenClaims']>
}

export function providerConfiguration (settings: ProviderSettings, { errors }: ProviderModule): Configuration {
  const { issuer, resources, introspectionClient, jwtResources } = settings
  return {
    adapter: settings.adapter,
    jwks: { keys: [signingKey()] },
    cookies: {
      // Cookies know no ports: another server on localhost must not find ours under the default names.
      names: { session: 'practice_as_session', interaction: 'practice_as_interaction', resume: 'practice_as_resume' },
      keys: [randomBytes(32).toString('base64url')],
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true }
    },
    routes: ENDPOINTS,
    discovery: {
      authorization_details_types_metadata_endpoint: issuer + DETAILS_TYPES_PATH,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      service_documentation: `${issuer}/`,
      ui_locales_supported: ['en', 'ja']
    },
    scopes: ['openid', ...TICKET_SCOPES],
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      authorization_details_types: [TICKET_RESERVATION],
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'ES256',
      response_types: ['code']
    },
    extraClientMetadata: REGISTERED_METADATA,
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
    }],
    pkce: { required: () => true },
    clientBasedCORS: ctx => ctx.oidc.route !== 'introspection',
    findAccount: (_ctx, subject) => isKnownSubject(subject)
      ? { accountId: subject, claims: () => Promise.resolve({ sub: subject }) }
      : undefined,
    interactions: { url: (_ctx, interaction) => INTERACTION_PATH + interaction.uid },
    renderError: (ctx, out, error) => {
      sendPageThroughKoa(ctx, renderErrorPage(ctx.req, out.error, out.error_description ?? error.message))
    },
    extraTokenClaims: settings.extraTokenClaims,
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: settings.accessTokenTtlSeconds,
      AuthorizationCode: CODE_TTL_SECONDS,
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
      revocation: { enabled: true },
      introspection: {
        enabled: true,
        // Left to itself the library lets any registered client read any token.
        allowedPolicy: (_ctx, client, token) => client.clientId === introspectionClient.id && token.kind === 'AccessToken'
      },
      jwtIntrospection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: (_ctx, _client, oneOf) => oneOf ?? [],
        getResourceServerInfo: (_ctx, resource) => {
          if (!resources.includes(resource)) throw new errors.InvalidTarget(`unknown resource; known here: ${resources.join(' ')}`)
          return { ...accessTokensFor(resource, jwtResources), accessTokenTTL: settings.accessTokenTtlSeconds }
        }
      },
      richAuthorizationRequests: {
        enabled: true,
        types: {
          [TICKET_RESERVATION]: {
            validate: (_ctx, element) => {
              const parsed = parseRequestedReservation(element)
              if (!parsed.ok) throw new errors.InvalidAuthorizationDetails(parsed.error)
            }
          }
        },
        authorizationDetailsForGrantSource: ctx => grantedDetails(ctx),
        authorizationDetailsForAccessToken: (ctx, _token, source) => {
          // RFC 9396 §6.1 lets a token request narrow what was granted. To ignore it would hand out more than was asked for.
          if (ctx.oidc.params?.['authorization_details'] !== undefined) {
            throw new errors.InvalidAuthorizationDetails('authorization_details belong into the authorization request, not into the token request')
          }
          return detailsOf(source)
        },
        authorizationDetailsForIntrospection: (_ctx, token) => detailsOf(token)
      }
    }
  }
}

/** What the access tokens for a resource are like. */
export function accessTokensFor (resource: string, jwtResources: readonly string[]): ResourceServer {
  const signed = jwtResources.includes(resource)
  return { scope: TICKET_SCOPES.join(' '), audience: resource, accessTokenFormat: signed ? 'jwt' : 'opaque', ...(signed && { jwt: { sign: { alg: 'ES256' } } }) }
}

function grantedDetails (ctx: KoaContextWithOIDC): readonly AuthorizationDetail[] | undefined {
  return ctx.oidc.entities.Grant?.rar
}

function detailsOf (holder: object | undefined): readonly AuthorizationDetail[] | undefined {
  return holder !== undefined && 'rar' in holder ? holder.rar as AuthorizationDetail[] | undefined : undefined
}

/** ID tokens are not used here, but the library needs a key; an elliptic one costs no start-up time. */
function signingKey (): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }
}
