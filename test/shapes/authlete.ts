// Recorded shapes of servers that are built on Authlete: java-oauth-server and au3te, with the standard introspection API.

import { GATEWAY_HOST, READ, type ServerShape } from './server-shape.ts'

export const authlete: ServerShape = {
  profile: 'authlete',
  sources: [
    'https://github.com/authlete/authlete-java-common/blob/master/src/main/java/com/authlete/common/dto/IntrospectionResponse.java',
    'https://github.com/authlete/java-oauth-server',
    'https://github.com/dentsusoken/au3te-ts-base'
  ],
  values: { ...GATEWAY_HOST, 'host of the authorization server': 'as.example.test', 'id of this resource server': 'rs1' },
  origins: ['https://as.example.test'],
  metadataPath: '/.well-known/openid-configuration',
  metadata: ({ issuer }) => ({
    issuer,
    introspection_endpoint: `${issuer}/api/introspection`,
    jwks_uri: `${issuer}/api/jwks`,
    registration_endpoint: `${issuer}/api/register`,
    authorization_details_types_supported: ['ticket-reservation'],
    authorization_response_iss_parameter_supported: true
  }),
  introspection: { path: '/api/introspection', inactive: { active: false } },
  tokens ({ issuer, resource, now }) {
    const reply = {
      active: true,
      iss: issuer,
      sub: '1001',
      client_id: '4000001',
      scope: `openid ${READ}`,
      aud: [resource],
      token_type: 'Bearer',
      exp: now + 3600,
      iat: now,
      authorization_details: [{ type: 'ticket-reservation', locations: [resource], actions: ['book'], maxAmount: 8000, currency: 'JPY' }]
    }
    const form = 'opaque'
    return [
      { name: 'access token with authorization details', form, claims: {}, reply, expected: '200 permitted' },
      { name: 'the client id as a number', form, claims: {}, reply: { ...reply, client_id: 4000001 }, expected: '200 permitted' },
      { name: 'optional members that are null', form, claims: {}, reply: { ...reply, acr: null, nbf: null, authorization_details: null }, expected: '200 permitted' },
      { name: 'no person', form, claims: {}, reply: { ...reply, sub: null }, expected: '401 no-subject' },
      { name: 'no resource was requested', form, claims: {}, reply: { ...reply, aud: undefined }, expected: '401 no-audience' },
      { name: 'another resource', form, claims: {}, reply: { ...reply, aud: ['https://other.example.test'] }, expected: '401 wrong-audience' },
      { name: 'another scope', form, claims: {}, reply: { ...reply, scope: 'openid' }, expected: '403 insufficient-scope' },
      { name: 'refresh token', form, claims: {}, expected: '401 inactive' },
      { name: 'ID token', form: 'jwt', header: { typ: undefined }, claims: { iss: issuer, sub: '1001', aud: ['4000001'], exp: now + 3600, iat: now }, expected: '401 inactive' }
    ]
  }
}
