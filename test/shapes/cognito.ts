// Recorded shapes of Amazon Cognito, with and without resource binding.

import { GATEWAY_HOST, type ServerShape } from './server-shape.ts'

const POOL = 'eu-north-9_Pool1'

export const cognito: ServerShape = {
  profile: 'cognito',
  sources: [
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
    'https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html',
    'https://github.com/awslabs/aws-jwt-verify/blob/main/src/cognito-verifier.ts'
  ],
  values: { ...GATEWAY_HOST, region: 'eu-north-9', 'user pool id': POOL, 'id of an app client': 'cl5' },
  origins: ['https://cognito-idp.eu-north-9.amazonaws.com'],
  metadataPath: `/${POOL}/.well-known/openid-configuration`,
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: 'https://mcp.auth.eu-north-9.amazoncognito.com/oauth2/authorize',
    token_endpoint: 'https://mcp.auth.eu-north-9.amazoncognito.com/oauth2/token',
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    revocation_endpoint: 'https://mcp.auth.eu-north-9.amazoncognito.com/oauth2/revoke'
  }),
  keysPath: `/${POOL}/.well-known/jwks.json`,
  keyMembers: { use: 'sig', alg: 'RS256' },
  requested: resource => [`${resource}/tickets.read`, `${resource}/tickets.write`],
  tokens ({ issuer, resource, now }) {
    const claims = {
      sub: '33333333-0000-4000-8000-000000000003',
      iss: issuer,
      version: 2,
      client_id: 'cl5',
      origin_jti: 'o1',
      event_id: 'e1',
      aud: resource,
      token_use: 'access',
      scope: `openid ${resource}/tickets.read`,
      auth_time: now,
      exp: now + 3600,
      iat: now,
      jti: 'j5',
      username: 'u1'
    }
    const form = 'jwt'
    const header = { typ: undefined }
    return [
      { name: 'access token, bound to the resource', form, header, claims, expected: '200 permitted' },
      { name: 'access token without resource binding', form, header, claims: { ...claims, aud: undefined }, expected: '401 no-audience' },
      { name: 'client credentials, which are never bound', form, header, claims: { ...claims, aud: undefined, sub: 'cl5', username: undefined }, expected: '401 no-audience' },
      { name: 'bound by another app client', form, header, claims: { ...claims, client_id: 'cl6' }, expected: '401 client-not-accepted' },
      { name: 'bound to an address that the client liked, without a scope of this resource', form, header, claims: { ...claims, scope: 'openid other/tickets.read' }, expected: '401 no-own-scope' },
      { name: 'another scope of this resource', form, header, claims: { ...claims, scope: `${resource}/tickets.list` }, expected: '403 insufficient-scope' },
      { name: 'sign-in through an SDK', form, header, claims: { ...claims, aud: undefined, scope: 'aws.cognito.signin.user.admin' }, expected: '401 no-audience' },
      { name: 'bound to another resource', form, header, claims: { ...claims, aud: 'https://other.example.test/mcp' }, expected: '401 wrong-audience' },
      { name: 'ID token', form, header, claims: { ...claims, aud: 'cl5', token_use: 'id', client_id: undefined, scope: undefined, 'cognito:username': 'u1' }, expected: '401' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}
