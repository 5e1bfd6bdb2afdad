// Issues tokens without a browser, for tests: writes the grant and the access token that a consent would have written. Only code
// in the same process can call it; there is no HTTP route.

import type { AdapterFactory, AuthorizationDetail, Client, Provider } from 'oidc-provider'
import type { JsonObject } from '../kernel/json.ts'
import { accessTokensFor } from './provider-configuration.ts'

interface TokenWish {
  /** `sub`; need not be one of the accounts. */
  readonly subject: string
  readonly clientId?: string
  /** Scopes separated by blanks; may be empty. */
  readonly scope: string
  /** The audience; the server's first resource when absent, no audience at all when `null`. */
  readonly resource?: string | null
  readonly authorizationDetails?: readonly JsonObject[]
  readonly ttlSeconds?: number
  /** The key that the token is bound to: the thumbprint of a JWK (RFC 9449) or of a certificate (RFC 8705). */
  readonly boundTo?: { readonly jkt: string } | { readonly 'x5t#S256': string }
  /** Further members of the introspection reply, such as `auth_time` and `acr`. */
  readonly extraClaims?: JsonObject
}

export interface TokenMint {
  readonly mint: (wish: TokenWish) => Promise<string>
  /** Without effect when there is no such token. */
  readonly revoke: (token: string) => Promise<void>
  readonly extraClaimsOf: (token: object) => JsonObject | undefined
}

interface MintSettings {
  readonly adapter: AdapterFactory
  readonly provider: () => Provider
  readonly defaultResource: string
  readonly jwtResources: readonly string[]
  readonly sharedSecret: string | undefined
  readonly defaultTtlSeconds: number
}

export function createTokenMint (
  { adapter, provider: getProvider, defaultResource, jwtResources, sharedSecret, defaultTtlSeconds }: MintSettings
): TokenMint {
  const extraClaims = new WeakMap<object, JsonObject>()

  async function clientOf (clientId: string): Promise<Client> {
    const { Client } = getProvider()
    const known = await Client.find(clientId)
    if (known !== undefined) return known
    await adapter('Client').upsert(clientId, {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://localhost/callback']
    })
    const created = await Client.find(clientId)
    if (created === undefined) throw new Error(`cannot make a client ${clientId}`)
    return created
  }

  return {
    async mint (options) {
      const { subject, clientId = 'minted-client', scope, resource = defaultResource, authorizationDetails } = options
      const { ttlSeconds = defaultTtlSeconds, boundTo, extraClaims: extra } = options
      const provider = getProvider()
      const client = await clientOf(clientId)
      const grant = new provider.Grant({ accountId: subject, clientId })
      if (scope !== '') grant.addOIDCScope(scope)
      if (resource !== null && scope !== '') grant.addResourceScope(resource, scope)
      const details = authorizationDetails?.map(element => ({ ...element }) as AuthorizationDetail)
      for (const element of details ?? []) grant.addRar(element)
      const token = new provider.AccessToken({
        accountId: subject,
        client,
        grantId: await grant.save(),
        gty: 'authorization_code',
        ...(scope !== '' && { scope }),
        ...(details !== undefined && { rar: details }),
        ...(resource !== null && {
          resourceServer: new provider.ResourceServer(resource, accessTokensFor(resource, scope.split(' '), jwtResources, sharedSecret))
        }),
        expiresIn: ttlSeconds
      })
      if (boundTo !== undefined) Object.assign(token, boundTo)
      if (extra !== undefined) extraClaims.set(token, extra)
      return token.save()
    },
    async revoke (text) {
      const token = await getProvider().AccessToken.find(text)
      await token?.destroy()
    },
    extraClaimsOf: token => extraClaims.get(token)
  }
}
