// Recorded shapes of two servers of the .NET world: Duende IdentityServer with JWTs, OpenIddict with introspection.

import { GATEWAY_HOST, READ, type ServerShape } from './server-shape.ts'

export const duende: ServerShape = {
  profile: 'duende',
  sources: [
    'https://docs.duendesoftware.com/identityserver/tokens/reference/',
    'https://github.com/DuendeSoftware/products'
  ],
  values: { ...GATEWAY_HOST, 'host of IdentityServer': 'ids.example.test' },
  origins: ['https://ids.example.test'],
  metadataPath: '/.well-known/openid-configuration',
  metadata: ({ issuer }) => ({
    issuer,
    jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
    token_endpoint: `${issuer}/connect/token`,
    introspection_endpoint: `${issuer}/connect/introspect`
  }),
  keysPath: '/.well-known/openid-configuration/jwks',
  keyMembers: { use: 'sig', alg: 'RS256' },
  tokens ({ issuer, resource, now }) {
    const claims = {
      iss: issuer, nbf: now, iat: now, exp: now + 3600, aud: resource, scope: ['openid', READ], client_id: 'web', sub: 'u1', auth_time: now, idp: 'local', jti: 'A1'
    }
    const form = 'jwt'
    const header = { typ: 'at+jwt' }
    return [
      { name: 'access token, scopes as a list', form, header, claims, expected: '200 permitted' },
      { name: 'access token, scopes as a text', form, header, claims: { ...claims, scope: `openid ${READ}` }, expected: '200 permitted' },
      { name: 'access token of a machine has no sub', form, header, claims: { ...claims, sub: undefined, client_id: 'm2m' }, expected: '401 no-subject' },
      { name: 'the static audience', form, header, claims: { ...claims, aud: `${issuer}/resources` }, expected: '401 wrong-audience' },
      { name: 'another scope', form, header, claims: { ...claims, scope: ['openid'] }, expected: '403 insufficient-scope' },
      { name: 'ID token', form, header: { typ: 'JWT' }, claims: { ...claims, aud: 'web', scope: undefined, client_id: undefined }, expected: '401 unverifiable:type' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}

export const openiddict: ServerShape = {
  profile: 'openiddict',
  sources: [
    'https://documentation.openiddict.com/',
    'https://github.com/openiddict/openiddict-core/blob/dev/src/OpenIddict.Server/OpenIddictServerHandlers.Introspection.cs'
  ],
  values: { ...GATEWAY_HOST, 'host of the OpenIddict server': 'oi.example.test', 'client id of this gateway': 'mcp-rs' },
  origins: ['https://oi.example.test'],
  metadataPath: '/.well-known/openid-configuration',
  metadata: ({ issuer }) => ({
    issuer, introspection_endpoint: `${issuer}connect/introspect`, jwks_uri: `${issuer}.well-known/jwks`, token_endpoint: `${issuer}connect/token`
  }),
  introspection: { path: '/connect/introspect', inactive: { active: false } },
  tokens ({ issuer, resource, now }) {
    const reply = {
      active: true,
      iss: issuer,
      sub: 'u1',
      scope: `openid ${READ}`,
      jti: 'j',
      token_type: 'Bearer',
      token_usage: 'access_token',
      client_id: 'c1',
      iat: now,
      nbf: now,
      exp: now + 3600,
      aud: resource
    }
    const form = 'opaque'
    return [
      { name: 'access token', form, claims: {}, reply, expected: '200 permitted' },
      { name: 'refresh token: only token_usage tells', form, claims: {}, reply: { ...reply, token_usage: 'refresh_token', token_type: undefined }, expected: '401 inactive' },
      { name: 'ID token', form, claims: {}, reply: { ...reply, token_usage: 'id_token', token_type: undefined }, expected: '401 inactive' },
      { name: 'no audience at all', form, claims: {}, reply: { ...reply, aud: undefined }, expected: '401 no-audience' },
      { name: 'another audience', form, claims: {}, reply: { ...reply, aud: ['mcp-rs'] }, expected: '401 wrong-audience' },
      { name: 'an empty scope', form, claims: {}, reply: { ...reply, scope: '' }, expected: '403 insufficient-scope' }
    ]
  }
}
