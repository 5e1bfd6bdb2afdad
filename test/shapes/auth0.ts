// Recorded shapes of Auth0: an API with the RFC 9068 profile, and one with the default profile.

import { GATEWAY_HOST, READ, type ServerShape } from './server-shape.ts'

export const auth0: ServerShape = {
  profile: 'auth0',
  sources: [
    'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
    'https://auth0.com/docs/secure/tokens/access-tokens/json-web-encryption',
    'https://github.com/auth0/docs-v2'
  ],
  values: { ...GATEWAY_HOST, 'tenant domain': 'tenant.eu.auth0.test' },
  origins: ['https://tenant.eu.auth0.test'],
  metadataPath: '/.well-known/openid-configuration',
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    registration_endpoint: `${issuer}oidc/register`,
    revocation_endpoint: `${issuer}oauth/revoke`
  }),
  keysPath: '/.well-known/jwks.json',
  keyMembers: { use: 'sig', alg: 'RS256' },
  tokens ({ issuer, resource, now }) {
    const rfc9068 = {
      iss: issuer,
      sub: 'auth0|0001',
      aud: [resource, `${issuer}userinfo`],
      iat: now,
      exp: now + 86_400,
      client_id: 'cl_0001',
      jti: 'j1',
      scope: `openid ${READ}`,
      permissions: [READ]
    }
    const usual = { iss: issuer, sub: 'cl_0002@clients', aud: resource, iat: now, exp: now + 86_400, azp: 'cl_0002', gty: 'client-credentials', scope: READ }
    const details = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, currency: 'JPY' }]
    return [
      { name: 'access token, RFC 9068 profile', form: 'jwt', header: { typ: 'at+jwt' }, claims: rfc9068, expected: '200 permitted' },
      { name: 'access token of a machine, default profile', form: 'jwt', header: { typ: 'JWT' }, claims: usual, expected: '200 permitted' },
      { name: 'access token with authorization details', form: 'jwt', header: { typ: 'at+jwt' }, claims: { ...rfc9068, authorization_details: details }, expected: '200 permitted' },
      { name: 'permissions are no scopes', form: 'jwt', header: { typ: 'at+jwt' }, claims: { ...rfc9068, scope: 'openid' }, expected: '403 insufficient-scope' },
      { name: 'access token of the management API', form: 'jwt', header: { typ: 'JWT' }, claims: { ...usual, aud: `${issuer}api/v2/` }, expected: '401 wrong-audience' },
      { name: 'an API identifier with a slash more', form: 'jwt', header: { typ: 'at+jwt' }, claims: { ...rfc9068, aud: `${resource}/` }, expected: '401 wrong-audience' },
      { name: 'ID token', form: 'jwt', header: { typ: 'JWT' }, claims: { iss: issuer, sub: 'auth0|0001', aud: 'cl_0001', iat: now, exp: now + 36_000, sid: 's', nonce: 'n' }, expected: '401 wrong-audience' },
      { name: 'opaque token of a request without an API audience', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}
