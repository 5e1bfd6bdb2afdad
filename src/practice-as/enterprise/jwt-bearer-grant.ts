// The JWT bearer grant (RFC 7523) for identity assertions: an application of an enterprise turns an ID-JAG into an access token,
// without a consent page. The token is limited to the resource, scopes and authorization details of the assertion.

import type { AuthorizationDetail, Provider, TokenEndpointGrantContext } from 'oidc-provider'
import type { JsonObject } from '../../kernel/json.ts'
import { isKnownSubject } from '../accounts.ts'
import type { Knowledge } from '../gateways/known-resources.ts'
import type { ProviderModule } from '../load-provider.ts'
import { accessTokensFor } from '../provider-configuration.ts'
import { issuedElement, parseRequestedElement, typedElement } from '../requested-element.ts'
import { JWT_BEARER } from './grant-names.ts'
import { verifyAssertion, type IdentityAssertion, type TrustedIssuer } from './identity-assertion.ts'
import type { SingleUse } from './single-use.ts'

export interface JwtBearerGrantOptions {
  readonly provider: Provider
  readonly library: ProviderModule
  readonly trusted: readonly TrustedIssuer[]
  readonly knowledge: Knowledge
  /** Of identifiers of assertions. */
  readonly singleUse: SingleUse
  readonly jwtResources: readonly string[]
  readonly accessTokenTtlSeconds: number
  readonly nowSeconds: () => number
}

export interface JwtBearerGrant {
  /** `auth_time` and `acr` of the assertion, for the introspection of a token that was issued for it. */
  readonly extraClaimsOf: (token: object) => JsonObject | undefined
}

interface Parameters {
  readonly assertion?: string
  readonly scope?: string
  readonly resource?: string
  readonly authorization_details?: string
}

/**
 * @see https://github.com/modelcontextprotocol/ext-auth/blob/main/specification/stable/enterprise-managed-authorization.mdx
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.1
 */
export function registerJwtBearerGrant (options: JwtBearerGrantOptions): JwtBearerGrant {
  const { provider, library: { errors }, trusted, knowledge, singleUse, jwtResources, accessTokenTtlSeconds, nowSeconds } = options
  const { resources } = knowledge
  const { CustomOIDCProviderError, InvalidAuthorizationDetails, InvalidRequest, InvalidTarget } = errors
  const extraClaims = new WeakMap<object, JsonObject>()

  async function assertionOf ({ oidc: { params, client } }: TokenEndpointGrantContext<Parameters>): Promise<IdentityAssertion> {
    if (params.assertion === undefined) throw new InvalidRequest('missing required parameter: assertion')
    const { clientId } = client
    const result = await verifyAssertion(params.assertion, { trusted, audience: provider.issuer, clientId, resources, nowSeconds })
    if (!result.ok) throw new CustomOIDCProviderError('invalid_grant', result.error)
    if (!isKnownSubject(result.value.subject)) throw new CustomOIDCProviderError('invalid_grant', 'sub: no account here')
    return result.value
  }

  /** The one resource of the token: the one in the request, which the assertion must name, or the only one that it names. */
  function resourceOf ({ resources: allowed }: IdentityAssertion, requested: string | undefined): string {
    const [only, second] = allowed
    const resource = requested ?? (second === undefined ? only : undefined)
    if (resource === undefined || !allowed.includes(resource)) throw new InvalidTarget('resource: expected one that the assertion names')
    return resource
  }

  function detailsOf ({ authorizationDetails }: IdentityAssertion, resource: string): AuthorizationDetail[] | undefined {
    const types = knowledge.typesAt([resource])
    return authorizationDetails?.map(element => {
      const parsed = parseRequestedElement(types, element)
      if (!parsed.ok) throw new InvalidAuthorizationDetails(parsed.error)
      return typedElement(issuedElement(types, parsed.value))
    })
  }

  async function answer (ctx: TokenEndpointGrantContext<Parameters>): Promise<void> {
    const { oidc: { params, client } } = ctx
    if (client.clientAuthMethod === 'none') {
      throw new CustomOIDCProviderError('unauthorized_client', 'this grant needs client authentication')
    }
    if (ctx.get('dpop') !== '') throw new InvalidRequest('tokens bound to a key are not issued for assertions here')
    if (params.authorization_details !== undefined) {
      throw new InvalidAuthorizationDetails('authorization_details belong into the token exchange at the identity provider')
    }
    const assertion = await assertionOf(ctx)
    const resource = resourceOf(assertion, params.resource)
    const details = detailsOf(assertion, resource)
    const requested = params.scope?.split(' ') ?? assertion.scopes
    const scopes = knowledge.of(resource)?.scopes ?? []
    const scope = scopes.filter(word => assertion.scopes.includes(word) && requested.includes(word)).join(' ')
    // Last, so that a request that is refused for another reason does not use the assertion up.
    if (!singleUse.use(JSON.stringify([assertion.issuer, assertion.id]), assertion.expiresAtSeconds)) {
      throw new CustomOIDCProviderError('invalid_grant', 'jti: the assertion was used already')
    }

    const grant = new provider.Grant({ accountId: assertion.subject, clientId: client.clientId })
    if (scope !== '') grant.addResourceScope(resource, scope)
    for (const element of details ?? []) grant.addRar(element)
    const token = new provider.AccessToken({
      accountId: assertion.subject,
      client,
      grantId: await grant.save(),
      gty: JWT_BEARER,
      ...(scope !== '' && { scope }),
      ...(details !== undefined && { rar: details }),
      resourceServer: new provider.ResourceServer(resource, accessTokensFor(resource, scopes, jwtResources)),
      expiresIn: accessTokenTtlSeconds
    })
    const { authTime, acr } = assertion
    extraClaims.set(token, { ...(authTime !== undefined && { auth_time: authTime }), ...(acr !== undefined && { acr }) })
    ctx.oidc.entity('AccessToken', token)
    ctx.body = {
      access_token: await token.save(),
      token_type: 'Bearer',
      expires_in: accessTokenTtlSeconds,
      ...(scope !== '' && { scope }),
      resource,
      ...(details !== undefined && { authorization_details: details })
    }
  }

  provider.registerGrantType<Parameters>(JWT_BEARER, answer, ['assertion', 'scope', 'resource', 'authorization_details'])
  return { extraClaimsOf: token => extraClaims.get(token) }
}
