// Recorded shapes of Ory Hydra 2.x: opaque tokens that are introspected at the admin port, and JWTs.

import { GATEWAY_HOST, READ, type Members, type ServerShape, type Setting } from './server-shape.ts'

const SOURCES = [
  'https://github.com/ory/hydra/blob/master/oauth2/handler.go',
  'https://github.com/ory/hydra/blob/master/oauth2/introspector.go',
  'https://github.com/ory/fosite'
]
const VALUES = { ...GATEWAY_HOST, 'host of Hydra': 'h.example.test' }
const PUBLIC_ORIGIN = 'https://h.example.test'

/** It names no introspection endpoint. */
function metadata ({ issuer }: Setting): Members {
  return { issuer, authorization_endpoint: `${issuer}/oauth2/auth`, token_endpoint: `${issuer}/oauth2/token`, jwks_uri: `${issuer}/.well-known/jwks.json` }
}

export const hydra: ServerShape = {
  profile: 'hydra',
  sources: SOURCES,
  values: { ...VALUES, 'host of the admin port': 'hydra-admin.internal' },
  origins: [PUBLIC_ORIGIN, 'http://hydra-admin.internal:4445'],
  metadataPath: '/.well-known/openid-configuration',
  metadata,
  introspection: { path: '/admin/oauth2/introspect', inactive: { active: false } },
  tokens ({ issuer, resource, now }) {
    const reply = {
      active: true,
      scope: `openid ${READ}`,
      client_id: 'c8',
      sub: 'u8',
      exp: now + 3600,
      iat: now,
      nbf: now,
      aud: [resource],
      iss: issuer,
      token_type: 'Bearer',
      token_use: 'access_token',
      ext: {}
    }
    const form = 'opaque'
    return [
      { name: 'access token', form, claims: {}, reply, expected: '200 permitted' },
      { name: 'refresh token: only token_use tells', form, claims: {}, reply: { ...reply, token_use: 'refresh_token' }, expected: '401 inactive' },
      { name: 'access token without an audience', form, claims: {}, reply: { ...reply, aud: [] }, expected: '401 no-audience' },
      { name: 'another audience', form, claims: {}, reply: { ...reply, aud: ['https://other.example.test'] }, expected: '401 wrong-audience' },
      { name: 'another scope', form, claims: {}, reply: { ...reply, scope: 'openid' }, expected: '403 insufficient-scope' },
      { name: 'ID token', form: 'jwt', header: { typ: 'JWT' }, claims: { iss: issuer, aud: ['c8'], sub: 'u8', exp: now + 3600 }, expected: '401 inactive' }
    ]
  }
}

export const hydraJwt: ServerShape = {
  profile: 'hydra-jwt',
  sources: SOURCES,
  values: VALUES,
  origins: [PUBLIC_ORIGIN],
  metadataPath: '/.well-known/openid-configuration',
  metadata,
  keysPath: '/.well-known/jwks.json',
  keyMembers: { use: 'sig', alg: 'RS256' },
  tokens ({ issuer, resource, now }) {
    const claims = {
      aud: [resource],
      client_id: 'c8',
      exp: now + 3600,
      ext: { scope: READ, aud: resource },
      iat: now,
      iss: issuer,
      jti: 'j8',
      nbf: now,
      scp: ['openid', READ],
      sub: 'u8'
    }
    const form = 'jwt'
    const header = { typ: 'JWT' }
    return [
      { name: 'access token, scopes as a list', form, header, claims, expected: '200 permitted' },
      { name: 'scopes as a text', form, header, claims: { ...claims, scp: undefined, scope: `openid ${READ}` }, expected: '200 permitted' },
      { name: 'both: the first of the profile counts', form, header, claims: { ...claims, scp: ['openid'], scope: READ }, expected: '403 insufficient-scope' },
      { name: 'no audience was requested', form, header, claims: { ...claims, aud: [] }, expected: '401 no-audience' },
      { name: 'another audience; ext does not count', form, header, claims: { ...claims, aud: ['https://other.example.test'] }, expected: '401 wrong-audience' },
      { name: 'ID token', form, header, claims: { ...claims, aud: ['c8'], scp: undefined, at_hash: 'h', nonce: 'n' }, expected: '401 wrong-audience' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}
