// Recorded shapes of authentik, with a scope mapping that writes the claim `scope`.

import { GATEWAY_HOST, READ, type ServerShape } from './server-shape.ts'

export const authentik: ServerShape = {
  profile: 'authentik',
  sources: [
    'https://github.com/goauthentik/authentik/blob/main/authentik/providers/oauth2/id_token.py',
    'https://github.com/goauthentik/authentik/blob/main/authentik/providers/oauth2/views/introspection.py',
    'https://github.com/goauthentik/authentik/issues/25235'
  ],
  values: { ...GATEWAY_HOST, 'host of authentik': 'ak.example.test', slug: 'mcp', 'client id of the provider of this gateway alone': 'cid7' },
  origins: ['https://ak.example.test'],
  metadataPath: '/application/o/mcp/.well-known/openid-configuration',
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: `${new URL(issuer).origin}/application/o/authorize/`,
    token_endpoint: `${new URL(issuer).origin}/application/o/token/`,
    introspection_endpoint: `${new URL(issuer).origin}/application/o/introspect/`,
    jwks_uri: `${issuer}jwks/`
  }),
  keysPath: '/application/o/mcp/jwks/',
  keyMembers: { use: 'sig', alg: 'RS256' },
  tokens ({ issuer, now }) {
    const claims = {
      iss: issuer,
      sub: 'u-hash',
      aud: 'cid7',
      exp: now + 600,
      iat: now,
      auth_time: now - 1000,
      acr: 'goauthentik.io/providers/oauth2/default',
      azp: 'cid7',
      uid: 'r1',
      scope: `openid ${READ}`
    }
    const form = 'jwt'
    const header = { typ: 'JWT' }
    return [
      { name: 'access token with a scope mapping', form, header, claims, expected: '200 permitted' },
      { name: 'access token without a scope mapping', form, header, claims: { ...claims, scope: undefined }, expected: '403 insufficient-scope' },
      { name: 'groups are no scopes', form, header, claims: { ...claims, scope: 'openid', groups: [READ] }, expected: '403 insufficient-scope' },
      { name: 'token of another provider', form, header, claims: { ...claims, aud: 'cid8', azp: 'cid8' }, expected: '401 wrong-audience' },
      { name: 'ID token: the same audience, and no azp', form, header, claims: { ...claims, azp: undefined, uid: undefined, nonce: 'n' }, expected: '401 client-not-accepted' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}
