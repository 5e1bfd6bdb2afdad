// Recorded shapes of a custom authorization server of Okta.

import { GATEWAY_HOST, READ, type ServerShape } from './server-shape.ts'

export const okta: ServerShape = {
  profile: 'okta',
  sources: [
    'https://developer.okta.com/docs/reference/api/oidc/',
    'https://github.com/okta/okta-developer-docs',
    'https://github.com/okta/okta-auth-js'
  ],
  values: { ...GATEWAY_HOST, 'organization domain': 'org.okta.test', 'authorization server id': 'aus1' },
  origins: ['https://org.okta.test'],
  metadataPath: '/.well-known/oauth-authorization-server/oauth2/aus1',
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    jwks_uri: `${issuer}/v1/keys`,
    introspection_endpoint: `${issuer}/v1/introspect`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none']
  }),
  keysPath: '/oauth2/aus1/v1/keys',
  keyMembers: { use: 'sig', alg: 'RS256' },
  tokens ({ issuer, resource, now }) {
    const claims = {
      ver: 1,
      jti: 'AT.0001',
      iss: issuer,
      aud: resource,
      iat: now,
      exp: now + 3600,
      cid: '0oa1',
      uid: '00u1',
      scp: [READ, 'openid'],
      auth_time: now - 1000,
      sub: 'u1@example.test'
    }
    const form = 'jwt'
    const header = { typ: undefined }
    return [
      { name: 'access token, scopes as a list', form, header, claims, expected: '200 permitted' },
      { name: 'access token with a typ', form, header: { typ: 'JWT' }, claims, expected: '200 permitted' },
      { name: 'access token of a machine has no uid', form, header, claims: { ...claims, uid: undefined, sub: '0oa1' }, expected: '401 no-subject' },
      { name: 'another audience of the organization', form, header, claims: { ...claims, aud: 'api://default' }, expected: '401 wrong-audience' },
      { name: 'a slash more', form, header, claims: { ...claims, aud: `${resource}/` }, expected: '401 wrong-audience' },
      { name: 'groups are no scopes', form, header, claims: { ...claims, scp: ['openid'], groups: [READ] }, expected: '403 insufficient-scope' },
      { name: 'ID token', form, header, claims: { ver: 1, jti: 'ID.0001', iss: issuer, aud: '0oa1', sub: '00u1', iat: now, exp: now + 3600, amr: ['pwd'], idp: '00o1', nonce: 'n' }, expected: '401 wrong-audience' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}
