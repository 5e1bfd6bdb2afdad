// Token exchange (RFC 8693) for gateways: the access token of a person in, one for another resource out, which is never wider. The element
// of the authorization details that is asked for must be one of the person's token (RFC 9396 section 6).

import { isDeepStrictEqual } from 'node:util'
import type { AccessToken, AuthorizationDetail, Provider, TokenEndpointGrantContext } from 'oidc-provider'
import type { JsonObject } from '../../kernel/json.ts'
import { TOKEN_EXCHANGE } from '../enterprise/grant-names.ts'
import type { ProviderModule } from '../load-provider.ts'
import type { ReplyVariant } from './reply-variants.ts'

/** A server behind a gateway, for which tokens are exchanged. */
export interface UpstreamResource {
  readonly resource: string
  readonly scopes: readonly string[]
}

export interface AccessTokenExchangeOptions {
  readonly provider: Provider
  readonly library: ProviderModule
  readonly upstreams: readonly UpstreamResource[]
  readonly accessTokenTtlSeconds: number
  readonly nowSeconds: () => number
  /** Changes the replies, for tests of gateways. */
  readonly variant: ReplyVariant | undefined
}

export interface AccessTokenExchange {
  /** `act` of a token that was exchanged: who acts for the person (RFC 8693 section 4.1). */
  readonly extraClaimsOf: (token: object) => JsonObject | undefined
}

interface Parameters {
  readonly subject_token?: string
  readonly subject_token_type?: string
  readonly requested_token_type?: string
  readonly actor_token?: string
  readonly resource?: string
  readonly scope?: string
  readonly authorization_details?: string
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const PARAMETERS = [
  'subject_token', 'subject_token_type', 'requested_token_type', 'actor_token', 'actor_token_type', 'resource', 'audience', 'scope',
  'authorization_details'
]

/** @returns `undefined` when the text is no JSON list */
function elementsIn (text: string): AuthorizationDetail[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value as AuthorizationDetail[] : undefined
  } catch {
    return undefined
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8693#section-2 */
export function registerAccessTokenExchange (options: AccessTokenExchangeOptions): AccessTokenExchange {
  const { provider, library: { errors }, upstreams, accessTokenTtlSeconds, nowSeconds, variant } = options
  const { InvalidAuthorizationDetails, InvalidRequest, InvalidScope, InvalidTarget } = errors
  const extraClaims = new WeakMap<object, JsonObject>()

  /** A token that is no good is `invalid_request` (RFC 8693 section 2.2.2). */
  async function subjectOf (params: Parameters): Promise<AccessToken> {
    if (params.subject_token_type !== ACCESS_TOKEN) throw new InvalidRequest(`subject_token_type: expected ${ACCESS_TOKEN}`)
    if ((params.requested_token_type ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
      throw new InvalidRequest(`requested_token_type: expected ${ACCESS_TOKEN}`)
    }
    if (params.actor_token !== undefined) throw new InvalidRequest('actor_token: not supported')
    const token = await provider.AccessToken.find(params.subject_token ?? '')
    if (token === undefined || token.isExpired) throw new InvalidRequest('subject_token: unknown, expired or revoked')
    return token
  }

  function scopeOf (upstream: UpstreamResource, requested: string | undefined): string {
    const words = requested?.split(' ') ?? []
    const unknown = words.find(word => !upstream.scopes.includes(word))
    if (unknown !== undefined) throw new InvalidScope('scope: not one of this resource', unknown)
    return words.join(' ')
  }

  function detailsOf (subject: AccessToken, requested: string | undefined): AuthorizationDetail[] | undefined {
    if (requested === undefined) return undefined
    const granted = subject.rar ?? []
    const elements = elementsIn(requested)
    if (elements?.every(element => granted.some(other => isDeepStrictEqual({ ...other }, element))) !== true) {
      throw new InvalidAuthorizationDetails('authorization_details: expected elements of the subject token')
    }
    return elements
  }

  async function answer (ctx: TokenEndpointGrantContext<Parameters>): Promise<void> {
    const { oidc: { params, client } } = ctx
    const subject = await subjectOf(params)
    const upstream = upstreams.find(({ resource }) => resource === params.resource)
    if (upstream === undefined) throw new InvalidTarget('resource: expected one that tokens are exchanged for')
    const scope = scopeOf(upstream, params.scope)
    const details = detailsOf(subject, params.authorization_details)
    const { accountId } = subject
    const expiresIn = Math.min(accessTokenTtlSeconds, (subject.exp ?? Infinity) - nowSeconds())
    const grant = new provider.Grant({ accountId, clientId: client.clientId })
    if (scope !== '') grant.addResourceScope(upstream.resource, scope)
    for (const element of details ?? []) grant.addRar(element)
    const token = new provider.AccessToken({
      accountId,
      client,
      grantId: await grant.save(),
      gty: TOKEN_EXCHANGE,
      ...(scope !== '' && { scope }),
      ...(details !== undefined && { rar: details }),
      resourceServer: new provider.ResourceServer(upstream.resource, {
        scope: upstream.scopes.join(' '), audience: upstream.resource, accessTokenFormat: 'opaque'
      }),
      expiresIn
    })
    extraClaims.set(token, { act: { sub: client.clientId } })
    ctx.oidc.entity('AccessToken', token)
    const reply = {
      access_token: await token.save(),
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(scope !== '' && { scope }),
      ...(details !== undefined && { authorization_details: details })
    }
    ctx.body = variant === undefined ? reply : await variant({ ...reply } as unknown as JsonObject, params.subject_token ?? '')
  }

  provider.registerGrantType<Parameters>(TOKEN_EXCHANGE, answer, PARAMETERS)
  return { extraClaimsOf: token => extraClaims.get(token) }
}
