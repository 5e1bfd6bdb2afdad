// Recorded shapes of Microsoft Entra ID, with tokens of version 2 and of version 1.

import { GATEWAY_HOST, READ, type ServerShape, type Setting } from './server-shape.ts'

const TENANT = '22222222-0000-4000-8000-000000000000'
const API = 'aaaaaaaa-0000-4000-8000-000000000001'
const CLIENT = 'bbbbbbbb-0000-4000-8000-000000000002'
const PERSON = 'cccccccc-0000-4000-8000-000000000003'
const SOURCES = [
  'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference',
  'https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens',
  'https://learn.microsoft.com/en-us/entra/agent-id/secure-mcp-server-with-entra-id'
]
const VALUES = { ...GATEWAY_HOST, 'tenant id': TENANT, 'application id of this API': API }
const HEADER = { typ: 'JWT' }
/** The address of the application, and the scope; a token has the scope alone. */
const requested = (resource: string) => ['read', 'write'].map(action => `${resource}/mcp:tickets:${action}`)

const groups = (count: number) => Array.from({ length: count }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`)

export const entraV2: ServerShape = {
  profile: 'entra-v2',
  sources: SOURCES,
  values: VALUES,
  origins: ['https://login.microsoftonline.com'],
  metadataPath: `/${TENANT}/v2.0/.well-known/openid-configuration`,
  metadata: ({ issuer }) => {
    const origin = new URL(issuer).origin
    return {
      issuer,
      authorization_endpoint: `${origin}/${TENANT}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/${TENANT}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/${TENANT}/discovery/v2.0/keys`
    }
  },
  keysPath: `/${TENANT}/discovery/v2.0/keys`,
  // No `alg`, and a member that no specification knows.
  keyMembers: { use: 'sig', issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' },
  requested,
  tokens (setting) {
    const claims = {
      aud: API,
      iss: setting.issuer,
      iat: setting.now,
      nbf: setting.now,
      exp: setting.now + 4500,
      azp: CLIENT,
      azpacr: '0',
      oid: PERSON,
      scp: `openid ${READ}`,
      sub: 'pairwise-xyz',
      tid: TENANT,
      uti: 'u-1',
      ver: '2.0'
    }
    const form = 'jwt'
    const machine = { ...claims, scp: undefined, azpacr: '1', roles: [READ], oid: 'dddddddd-0000-4000-8000-000000000004' }
    return [
      { name: 'access token of a person', form, header: HEADER, claims, expected: '200 permitted' },
      { name: 'access token from a clock that is 50 s ahead', form, header: HEADER, claims: { ...claims, nbf: setting.now + 50 }, expected: '200 permitted' },
      { name: 'access token with 150 groups', form, header: HEADER, claims: { ...claims, groups: groups(150) }, expected: '200 permitted' },
      { name: 'access token with 200 groups, the most that Entra ID writes into one', form, header: HEADER, claims: { ...claims, groups: groups(200) }, expected: '200 permitted' },
      { name: 'access token with so many groups that they are elsewhere', form, header: HEADER, claims: { ...claims, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.example/groups' } } }, expected: '200 permitted' },
      { name: 'application token: roles are no scopes', form, header: HEADER, claims: machine, expected: '403 insufficient-scope' },
      { name: 'access token with the scope as a role only', form, header: HEADER, claims: { ...claims, scp: 'openid', roles: [READ] }, expected: '403 insufficient-scope' },
      { name: 'access token of Microsoft Graph', form, header: HEADER, claims: { ...claims, aud: '00000003-0000-0000-c000-000000000000' }, expected: '401 wrong-audience' },
      { name: 'resource identifier as audience', form, header: HEADER, claims: { ...claims, aud: setting.resource }, expected: '401 wrong-audience' },
      { name: 'ID token', form, header: HEADER, claims: { ...claims, aud: CLIENT, azp: undefined, scp: undefined, nonce: 'n', name: 'U One' }, expected: '401 wrong-audience' },
      { name: 'token of another tenant', form, header: HEADER, claims: { ...claims, iss: setting.issuer.replace(TENANT, API) }, expected: '401 wrong-issuer' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}

export const entraV1: ServerShape = {
  profile: 'entra-v1',
  sources: SOURCES,
  values: VALUES,
  origins: ['https://sts.windows.net', 'https://login.microsoftonline.com'],
  metadataPath: `/${TENANT}/.well-known/openid-configuration`,
  metadata: ({ issuer }) => ({ issuer, jwks_uri: `${new URL(issuer).origin}/${TENANT}/discovery/keys` }),
  keysPath: `/${TENANT}/discovery/keys`,
  keyMembers: { use: 'sig', issuer: 'https://sts.windows.net/{tenantid}/', x5t: 'x' },
  requested,
  tokens (setting: Setting) {
    const claims = {
      aud: API,
      iss: setting.issuer,
      iat: setting.now,
      nbf: setting.now,
      exp: setting.now + 4500,
      acr: '1',
      appid: CLIENT,
      appidacr: '0',
      oid: PERSON,
      scp: READ,
      sub: 'pairwise-xyz',
      tid: TENANT,
      uti: 'u-1',
      ver: '1.0'
    }
    const form = 'jwt'
    return [
      { name: 'access token with use_guid', form, header: HEADER, claims, expected: '200 permitted' },
      { name: 'access token without use_guid: the App ID URI', form, header: HEADER, claims: { ...claims, aud: setting.resource }, expected: '401 wrong-audience' },
      { name: 'ID token', form, header: HEADER, claims: { ...claims, aud: CLIENT, appid: undefined, scp: undefined, nonce: 'n' }, expected: '401 wrong-audience' },
      { name: 'another scope', form, header: HEADER, claims: { ...claims, scp: 'user_impersonation' }, expected: '403 insufficient-scope' },
      { name: 'refresh token', form: 'opaque', claims: {}, expected: '401 unverifiable:form' }
    ]
  }
}
