// Recorded shapes of Keycloak 26.x.

import { GATEWAY_HOST, READ, type Members, type ServerShape, type Setting } from './server-shape.ts'

const SOURCES = [
  'https://github.com/keycloak/keycloak/blob/main/docs/guides/securing-apps/mcp-authz-server.adoc',
  'https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/endpoints/TokenIntrospectionEndpoint.java',
  'https://github.com/keycloak/keycloak/blob/main/docs/documentation/upgrading/topics/changes/changes-26_6_2.adoc'
]
const PATH = '/realms/r1/protocol/openid-connect'

function metadata ({ issuer }: Setting): Members {
  const endpoints = `${issuer}/protocol/openid-connect`
  return {
    issuer,
    authorization_endpoint: `${endpoints}/auth`,
    token_endpoint: `${endpoints}/token`,
    jwks_uri: `${endpoints}/certs`,
    introspection_endpoint: `${endpoints}/token/introspect`,
    revocation_endpoint: `${endpoints}/revoke`,
    registration_endpoint: `${issuer}/clients-registrations/openid-connect`,
    authorization_response_iss_parameter_supported: true
  }
}

function accessToken ({ issuer, resource, now }: Setting): Members {
  return {
    exp: now + 300,
    iat: now,
    jti: 'onrtac:0001',
    iss: issuer,
    aud: resource,
    sub: '11111111-aaaa-4bbb-8ccc-000000000001',
    typ: 'Bearer',
    azp: 'mcp-cli',
    sid: 's-77',
    acr: '1',
    realm_access: { roles: [READ] },
    scope: `openid ${READ}`
  }
}

export const keycloak: ServerShape = {
  profile: 'keycloak',
  sources: SOURCES,
  values: { ...GATEWAY_HOST, 'host of Keycloak': 'id.example.test', realm: 'r1' },
  origins: ['https://id.example.test'],
  metadataPath: '/realms/r1/.well-known/openid-configuration',
  metadata,
  keysPath: `${PATH}/certs`,
  keyMembers: { use: 'sig', alg: 'RS256' },
  tokens (setting) {
    const good = accessToken(setting)
    const header = { typ: 'JWT' }
    return [
      { name: 'access token with an audience mapper', form: 'jwt', header, claims: good, expected: '200 permitted' },
      { name: 'access token with the header at+jwt', form: 'jwt', header: { typ: 'at+jwt' }, claims: good, expected: '200 permitted' },
      { name: 'access token without an audience mapper', form: 'jwt', header, claims: { ...good, aud: undefined }, expected: '401 no-audience' },
      { name: 'access token of the default role mappings', form: 'jwt', header, claims: { ...good, aud: 'account' }, expected: '401 wrong-audience' },
      { name: 'ID token', form: 'jwt', header, claims: { ...good, typ: 'ID', aud: 'mcp-cli', scope: undefined, nonce: 'n' }, expected: '401' },
      { name: 'ID token with the audience', form: 'jwt', header, claims: { ...good, typ: 'ID' }, expected: '401' },
      { name: 'logout token', form: 'jwt', header: { typ: 'logout+jwt' }, claims: { ...good, typ: 'Logout' }, expected: '401 unverifiable:type' },
      { name: 'access token without the client scope basic', form: 'jwt', header, claims: { ...good, sub: undefined }, expected: '401 no-subject' },
      { name: 'access token with the scope as a role only', form: 'jwt', header, claims: { ...good, scope: 'openid' }, expected: '403 insufficient-scope' }
    ]
  }
}

export const keycloakIntrospection: ServerShape = {
  profile: 'keycloak-introspection',
  sources: SOURCES,
  values: { ...keycloak.values, 'client id of this gateway': 'mcp-rs' },
  origins: keycloak.origins,
  metadataPath: keycloak.metadataPath,
  metadata,
  introspection: { path: `${PATH}/token/introspect`, inactive: { active: false } },
  tokens (setting) {
    const claims = { ...accessToken(setting), aud: ['mcp-rs', setting.resource] }
    const reply = { ...claims, client_id: 'mcp-cli', username: 'u1', token_type: 'Bearer', active: true }
    const form = 'jwt'
    const header = { typ: 'JWT' }
    return [
      { name: 'access token with both audiences', form, header, claims, reply, expected: '200 permitted' },
      { name: 'access token whose audience lacks this gateway as a client (26.6.2)', form, header, claims: accessToken(setting), expected: '401 inactive' },
      { name: 'refresh token before 26.6.2', form, header, claims: { ...claims, typ: 'Refresh' }, reply: { ...reply, typ: 'Refresh', token_type: 'Refresh' }, expected: '401 inactive' },
      { name: 'offline token before 26.6.2', form, header, claims: { ...claims, typ: 'Offline' }, reply: { ...reply, typ: 'Offline', token_type: 'Offline' }, expected: '401 inactive' },
      { name: 'ID token', form, header, claims: { ...claims, typ: 'ID' }, reply: { ...reply, typ: 'ID', token_type: 'ID' }, expected: '401 inactive' },
      { name: 'another audience', form, header, claims, reply: { ...reply, aud: ['mcp-rs', 'account'] }, expected: '401 wrong-audience' },
      { name: 'no scope that counts, so no member scope', form, header, claims, reply: { ...reply, scope: undefined }, expected: '403 insufficient-scope' }
    ]
  }
}
