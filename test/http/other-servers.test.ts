// Recorded shapes of servers without a profile, with the rules that docs/authorization-servers.md names for them: what is accepted, and
// what the same server issues beside it and must not be. Not verified with the servers themselves.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfigInput } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS as NOW } from '../support/manual-clock.ts'
import { createSigningKey, signJwt } from '../support/signing-keys.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

type Members = Readonly<Record<string, unknown>>

interface Shape {
  /** Of the authorization server, beside how it is asked. */
  readonly rules?: Partial<ConfigInput['authorizationServer']>
  /** What a token is: the claims of a JWT with this header, or an introspection reply. */
  readonly header?: Members
  readonly members: Members
  /** The beginning of status and reason. */
  readonly expected: string
}

const READ = 'mcp:tickets:read'
const TIMES = { iat: NOW, exp: NOW + 3600 }
const MACHINES = { subjectless: 'client' } as const
const DOORKEEPER = { active: true, scope: READ, client_id: 'c2', iat: NOW, aud: RESOURCE }
const DJANGO = { active: true, scope: READ, exp: NOW + 3600, client_id: 'c3', username: 'u1', aud: [RESOURCE] }
const DUENDE = { active: true, iss: undefined, aud: 'mcp-api', client_id: 'm2m', jti: 'A1', nbf: NOW, ...TIMES, scope: READ }
const STYTCH = {
  active: true,
  aud: ['project-test-1'],
  client_id: 'app-1',
  ...TIMES,
  scope: READ,
  sub: 'member-1',
  token_type: 'access_token',
  request_id: 'r',
  status_code: 200
}

const REPLIES: Readonly<Record<string, Shape>> = {
  'Doorkeeper, no sub': { rules: MACHINES, members: { ...DOORKEEPER, token_type: 'Bearer', exp: NOW + 7200 }, expected: '200 permitted' },
  'Doorkeeper, no sub, and nothing said about machines': {
    members: { ...DOORKEEPER, token_type: 'Bearer', exp: NOW + 7200 },
    expected: '401 no-subject'
  },
  'Doorkeeper, refresh token: no token_type, no exp': { rules: MACHINES, members: DOORKEEPER, expected: '401 no-expiry' },
  'django-oauth-toolkit, neither iss nor token_type': { rules: MACHINES, members: DJANGO, expected: '200 permitted' },
  'django-oauth-toolkit, an audience of which ours begins': {
    rules: MACHINES,
    members: { ...DJANGO, aud: [RESOURCE.slice(0, -3)] },
    expected: '401 wrong-audience'
  },
  'Duende, asked by an API resource: no token_type': {
    rules: { ...MACHINES, acceptedAudiences: ['mcp-api'] },
    members: DUENDE,
    expected: '200 permitted'
  },
  'Duende, asked by a client': {
    rules: { ...MACHINES, acceptedAudiences: ['mcp-api'] },
    members: { ...DUENDE, token_type: 'access_token' },
    expected: '200 permitted'
  },
  'Duende, active for five minutes after exp': {
    rules: { ...MACHINES, acceptedAudiences: ['mcp-api'] },
    members: { ...DUENDE, exp: NOW - 200 },
    expected: '401 expired'
  },
  'Duende, refresh token': {
    rules: { ...MACHINES, acceptedAudiences: ['mcp-api'] },
    members: { ...DUENDE, token_type: 'refresh_token', aud: undefined },
    expected: '401 inactive'
  },
  'OpenIddict, refresh token': {
    members: { active: true, sub: 'u1', scope: READ, token_usage: 'refresh_token', client_id: 'c1', ...TIMES, aud: RESOURCE },
    expected: '401 inactive'
  },
  'Keycloak, asked with another Accept: the token beside the members': {
    members: {
      active: true,
      sub: 'u1',
      client_id: 'c',
      typ: 'Bearer',
      token_type: 'Bearer',
      scope: READ,
      aud: [RESOURCE],
      ...TIMES,
      jwt: 'e30.e30.e30',
      act: { sub: 'admin' }
    },
    expected: '200 permitted'
  },
  'authentik, a revoked token with all its claims': {
    members: { active: false, sub: 'u-hash', aud: RESOURCE, scope: READ, client_id: 'cid7', ...TIMES },
    expected: '401 inactive'
  },
  'Hydra, an empty subject': {
    rules: MACHINES,
    members: {
      active: true,
      sub: '',
      client_id: 'c8',
      scope: READ,
      aud: [RESOURCE],
      ...TIMES,
      token_type: 'Bearer',
      token_use: 'access_token',
      iss: undefined
    },
    expected: '401 no-subject'
  },
  'WSO2, an opaque token: a user name is no subject': {
    members: {
      active: true,
      nbf: NOW,
      scope: READ,
      username: 'u1@tenant.test',
      token_type: 'Bearer',
      client_id: 'c7',
      ...TIMES,
      aut: 'APPLICATION_USER',
      aud: ['c7', RESOURCE]
    },
    expected: '401 no-subject'
  },
  'WSO2, a token that is a JWT': {
    members: {
      active: true,
      sub: 'u1',
      nbf: NOW,
      scope: READ,
      token_type: 'JWT',
      client_id: 'c7',
      ...TIMES,
      aud: RESOURCE,
      binding_type: 'none'
    },
    expected: '200 permitted'
  },
  'PingFederate, access token': {
    members: { active: true, client_id: 'c8', scope: READ, exp: NOW + 3600, aud: RESOURCE, sub: 'u1' },
    expected: '200 permitted'
  },
  'PingFederate, the default scope is not stated': {
    members: { active: true, client_id: 'c8', exp: NOW + 3600, aud: RESOURCE, sub: 'u1' },
    expected: '403 insufficient-scope'
  },
  'PingFederate, a valid refresh token': { members: { active: true }, expected: '503' },
  'Okta, a device secret': {
    members: { active: true, sid: 's9', token_type: 'urn:x-oath:params:oauth:token-type:device-secret', exp: NOW + 9000 },
    expected: '401 inactive'
  },
  'Stytch, the audience is the project': { members: STYTCH, expected: '401 wrong-audience' },
  'Stytch, a project for this gateway alone': {
    rules: { acceptedAudiences: ['project-test-1'] },
    members: STYTCH,
    expected: '200 permitted'
  },
  'Curity, members of its own': {
    members: { active: true, purpose: 'access_token', delegationId: 'd', sub: 'u1', client_id: 'c', scope: READ, aud: RESOURCE, ...TIMES },
    expected: '200 permitted'
  },
  'Google tokeninfo, which is no introspection': {
    members: { azp: '1-abc', aud: RESOURCE, sub: '10001', scope: READ, exp: String(NOW + 3600) },
    expected: '503'
  }
}

const JWTS: Readonly<Record<string, Shape>> = {
  'panva, bound to a key': {
    members: { sub: 'u1', scope: READ, client_id: 'c4', aud: RESOURCE, ...TIMES, cnf: { jkt: 't' } },
    expected: '401 sender-constrained'
  },
  'panva, details of another type': {
    members: {
      sub: 'u1',
      scope: READ,
      client_id: 'c4',
      aud: RESOURCE,
      ...TIMES,
      authorization_details: [{ type: 'mcp_tool', actions: ['call'] }]
    },
    expected: '200 permitted'
  },
  'better-auth, the userinfo address beside ours': { members: { sub: 'u1', aud: [RESOURCE, 'https://app.example.test/api/auth/oauth2/userinfo'], client_id: 'c5', azp: 'c5', scope: `openid ${READ}`, sid: 's5', ...TIMES }, expected: '200 permitted' },
  'better-auth, the userinfo address alone': { members: { sub: 'u1', aud: 'https://app.example.test/api/auth/oauth2/userinfo', client_id: 'c5', scope: READ, ...TIMES }, expected: '401 wrong-audience' },
  Supabase: {
    rules: { jwt: { types: ['JWT'], allowMissingType: true } },
    header: { typ: 'JWT' },
    members: { sub: 'u1', aud: 'authenticated', role: 'authenticated', client_id: '9999', session_id: 's', scope: READ, ...TIMES },
    expected: '401 wrong-audience'
  },
  'Clerk, the long media type and a list': {
    rules: { claims: { scope: ['scp', 'scope'] } },
    header: { typ: 'application/at+jwt' },
    members: { sub: 'user_1', client_id: 'c6', scp: [READ], aud: RESOURCE, jti: 'oat_1', ...TIMES },
    expected: '200 permitted'
  },
  'Clerk, no resource was granted': {
    rules: { claims: { scope: ['scp', 'scope'] } },
    header: { typ: 'at+jwt' },
    members: { sub: 'user_1', client_id: 'c6', scp: [READ], jti: 'oat_1', ...TIMES },
    expected: '401 no-audience'
  },
  'Duende, scopes as a list, no sub': {
    rules: MACHINES,
    members: { aud: RESOURCE, scope: [READ], client_id: 'm2m', jti: 'A1', nbf: NOW, ...TIMES },
    expected: '200 permitted'
  },
  'FusionAuth, the application is the audience': {
    rules: { acceptedAudiences: ['app-1'], claims: { clientId: ['applicationId'] } },
    members: { sub: 'u1', aud: 'app-1', applicationId: 'app-1', roles: [READ], tty: 'at', gty: ['authorization_code'], ...TIMES },
    expected: '403 insufficient-scope'
  }
}

t.test('shapes without a profile — each is judged as the document says, in replies and in JWTs', async t => {
  covers('profiles.recorded-shapes')
  const key = createSigningKey('k-01')
  const each = collected(t)
  const run = async (name: string, { rules = {}, header, members, expected }: Shape, isJwt: boolean) => {
    const server = await startStubAuthorizationServer()
    const issuer = server.origin
    server.on('/.well-known/oauth-authorization-server', answersJson({ issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: `${issuer}/introspect` }))
    server.on('/jwks', answersJson({ keys: [key.jwk] }))
    server.on('/introspect', (request, response, socket) => {
      const isOurs = new URLSearchParams(request.body).get('token') === 'token'
      answersJson(isOurs ? members : { active: false })(request, response, socket)
    })
    const asked = isJwt ? { jwt: {} } : { introspection: { clientId: 'rs', clientSecret: 'secret of the resource server' } }
    const gateway = await configureGateway(t, { authorizationServer: { issuer, ...asked, ...rules } }, { clock: createManualClock() })
    const token = isJwt ? signJwt(key, JSON.parse(JSON.stringify({ iss: issuer, ...members })) as Members, header) : 'token'
    const { status } = await gateway.call({ token, tool: 'list_tickets' })
    const found = `${status} ${String(gateway.decisions().at(-1)?.['reason'])}`
    each.ok(found.startsWith(expected), `${name}: wanted ${expected}, found ${found}`)
    await server.close()
  }
  for (const [name, shape] of Object.entries(REPLIES)) await run(name, shape, false)
  for (const [name, shape] of Object.entries(JWTS)) await run(name, shape, true)
  each.end()
})
