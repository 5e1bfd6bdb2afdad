// A client whose authorization is managed by an enterprise (MCP SEP-990): the ID token of a person becomes an assertion (ID-JAG) at the
// identity provider, and the assertion an access token. The person sees no consent page.

import { Client, CrossAppAccessProvider, discoverAndRequestJwtAuthGrant, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

interface ClientCredentials {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface EnterpriseClientOptions {
  readonly serverUrl: URL
  /** The application at the identity provider of the enterprise. */
  readonly identityProvider: ClientCredentials
  /** The same application at the authorization server of the MCP server. */
  readonly authorizationServer: ClientCredentials
  /** The ID token of the person who is signed in. */
  readonly idToken: () => Promise<string>
}

// #region connect
export async function connectEnterpriseClient (options: EnterpriseClientOptions): Promise<Client> {
  const { serverUrl, identityProvider, authorizationServer, idToken } = options
  const authProvider = new CrossAppAccessProvider({
    clientId: authorizationServer.clientId,
    clientSecret: authorizationServer.clientSecret,
    expectedIssuer: authorizationServer.issuer,
    async assertion ({ resourceUrl, scope, fetchFn }) {
      const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
        idpUrl: identityProvider.issuer,
        audience: authorizationServer.issuer,
        resource: resourceUrl,
        idToken: await idToken(),
        clientId: identityProvider.clientId,
        clientSecret: identityProvider.clientSecret,
        ...(scope !== undefined && { scope }),
        fetchFn
      })
      return jwtAuthGrant
    }
  })
  const client = new Client({ name: 'enterprise-client', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(serverUrl, { authProvider }))
  return client
}
// #endregion
