// Recorded shapes of ZITADEL, whose tokens are introspected: its JWTs have no scopes.

import { GATEWAY_HOST, READ, type ServerShape } from './server-shape.ts'

const PROJECT = '900001'
const PERSONAL = { username: 'u1', name: 'U One', email: 'u1@example.test', 'urn:zitadel:iam:org:project:roles': { [READ]: { 500001: 'acme.test' } } }

export const zitadel: ServerShape = {
  profile: 'zitadel',
  sources: [
    'https://github.com/zitadel/zitadel/blob/main/internal/api/oidc/introspect.go',
    'https://github.com/zitadel/zitadel/issues/12710',
    'https://zitadel.com/docs/apis/openidoauth/claims'
  ],
  values: {
    ...GATEWAY_HOST,
    'host of ZITADEL': 'acme.zitadel.test',
    'client id of the API application': '700002@mcp',
    'id of the project of this gateway alone': PROJECT
  },
  origins: ['https://acme.zitadel.test'],
  metadataPath: '/.well-known/openid-configuration',
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: `${issuer}/oauth/v2/authorize`,
    token_endpoint: `${issuer}/oauth/v2/token`,
    introspection_endpoint: `${issuer}/oauth/v2/introspect`,
    jwks_uri: `${issuer}/oauth/v2/keys`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt']
  }),
  introspection: { path: '/oauth/v2/introspect', inactive: { active: false } },
  // The second makes the server write the audience.
  requested: () => [READ, `urn:zitadel:iam:org:project:id:${PROJECT}:aud`, 'mcp:tickets:write'],
  tokens ({ issuer, resource, now }) {
    const reply = {
      active: true,
      scope: `openid ${READ} urn:zitadel:iam:org:project:id:${PROJECT}:aud`,
      client_id: '700001',
      token_type: 'Bearer',
      iss: issuer,
      sub: '800001',
      aud: ['700001', '700002', PROJECT],
      jti: '600001',
      iat: now,
      nbf: now,
      exp: now + 43_200,
      ...PERSONAL
    }
    const form = 'opaque'
    return [
      { name: 'access token', form, claims: {}, reply, expected: '200 permitted' },
      { name: 'access token of another project', form, claims: {}, reply: { ...reply, aud: ['700001', '700009', '900009'] }, expected: '401 wrong-audience' },
      { name: 'the resource identifier as audience', form, claims: {}, reply: { ...reply, aud: [resource] }, expected: '401 wrong-audience' },
      { name: 'roles are no scopes', form, claims: {}, reply: { ...reply, scope: 'openid' }, expected: '403 insufficient-scope' },
      { name: 'refresh token', form, claims: {}, expected: '401 inactive' },
      { name: 'ID token', form: 'jwt', header: { typ: 'JWT' }, claims: { iss: issuer, sub: '800001', aud: ['700001', PROJECT], exp: now + 43_200, iat: now }, expected: '401 inactive' }
    ]
  }
}
