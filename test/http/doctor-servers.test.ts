// The doctor and what an authorization server may do: which members of configuration are set and what they open, and where the server
// makes this machine connect to.

import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { createCautiousProber, diagnoseCors } from '../../src/doctor/cors-diagnosis.ts'
import { collected } from '../support/collected.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { covers } from '../support/covers.ts'
import {
  configuration, DOCTOR_ORIGIN, DOCTOR_SECRET, found, READ_SCOPE, startServer, visit, type Members
} from '../support/doctor-visit.ts'

const ASKED = { introspection: { clientId: 'mcp-server', clientSecret: DOCTOR_SECRET } }

t.test('doctor — each member that changes which tokens are accepted is named with what it opens, for its server', async t => {
  covers('doctor.token-rules-shown')
  const server = await startServer(t)
  const further = await startServer(t)
  const rules = {
    acceptedAudiences: ['api://tickets'],
    claims: { scope: ['scp', 'scope'], clientId: ['azp'], subject: ['oid'] },
    clockToleranceSeconds: 60,
    requireExpiry: false,
    subjectless: 'client',
    clients: ['mcp-cli'],
    requiredScopePrefix: 'tickets/'
  }
  const outcome = await visit(configuration(server.origin, {
    authorizationServer: { issuer: server.origin, ...ASKED, ...rules },
    furtherAuthorizationServers: [{ issuer: further.origin, ...ASKED, clockToleranceSeconds: 0 }]
  }))
  const each = collected(t)
  for (const [member, state, opens] of [
    ['configuration.authorizationServer.acceptedAudiences', 'warning', /api:\/\/tickets are accepted: each must belong to this gateway alone/],
    ['configuration.authorizationServer.requireExpiry', 'warning', /until the server calls it inactive/],
    ['configuration.authorizationServer.subjectless', 'warning', /its client acts for itself/],
    ['authorization-server.claims.scope', 'good', /scp or else scope: whatever that claim says, a client may do/],
    ['authorization-server.claims.clientId', 'good', /azp: a client that can choose the text/],
    ['authorization-server.claims.subject', 'good', /oid: two people with one text there are one person/],
    ['authorization-server.clockToleranceSeconds', 'good', /up to 60 s before its nbf/],
    ['authorization-server.clients', 'good', /only tokens of mcp-cli/],
    ['authorization-server.requiredScopePrefix', 'good', /begins with tickets\//],
    ['authorization-server-2.clockToleranceSeconds', 'good', /to the second/]
  ] as const) each.match(found(outcome, member), { state, found: opens }, member)
  each.end()
  t.equal(found(outcome, 'resource.registration').found,
    `tokens of ${server.origin} must be issued for exactly api://tickets; tokens of ${further.origin} must be issued for exactly http://localhost:3443/mcp`)
  const usual = await visit(configuration(server.origin))
  const shown = usual.report.diagnoses.map(({ check }) => check).filter(check => /claims|clock[A-Z]|clients|Prefix|Insecure/.test(check))
  t.strictSame(shown, [], 'nothing is said of what is as usual')
})

t.test('doctor — plain http for introspection is named, and is not needed for this machine', async t => {
  covers('doctor.token-rules-shown')
  const server = await startServer(t)
  const at = async (endpoint: string) => {
    const { introspection } = ASKED
    const asked =
      { issuer: server.origin, introspection: { ...introspection, endpoint }, allowInsecureIntrospection: endpoint, deadlineMs: 100 }
    return await visit(configuration(server.origin, { authorizationServer: asked }))
  }
  const local = await at(`${server.origin}/introspect`)
  t.match(found(local, 'authorization-server.allowInsecureIntrospection'), { state: 'good', found: /not needed/ })
  const remote = await at('http://introspection.invalid/introspect')
  t.match(found(remote, 'configuration.authorizationServer.allowInsecureIntrospection'), { state: 'warning', found: /unencrypted/ })
  t.equal(found(remote, 'authorization-server.allowInsecureIntrospection').state, 'absent')
})

t.test('doctor — a path behind a proxy and a longer token are named with what they open', async t => {
  covers('doctor.token-rules-shown')
  const server = await startServer(t)
  const look = async (more: Members) => await visit(configuration(server.origin, more))
  const proxied = await look({ resource: { identifier: 'https://api.example.com/my-service/mcp', endpointPath: '/mcp' }, limits: { tokenCharacters: 40_000 } })
  t.match(found(proxied, 'resource.endpointPath'), { state: 'good', found: /my-service\/mcp to \/mcp here.*other public paths/ })
  t.match(found(proxied, 'tls'), { found: /with the path \/mcp$/ })
  t.match(found(proxied, 'limits.tokenCharacters'), { state: 'good', found: /56384 bytes of headers before its client is known/ })
  const bare = await look({ resource: { identifier: 'https://mcp.example.com', endpointPath: '/mcp' } })
  t.match(found(bare, 'resource.endpointPath'), { found: /at \/mcp; tokens are for https:\/\/mcp\.example\.com$/ })
  const usual = await look({})
  t.strictSame(['resource.endpointPath', 'limits.tokenCharacters'].map(check => found(usual, check).state), ['absent', 'absent'])
})

t.test('doctor — Authlete with names of claims that its translated replies do not have', async t => {
  covers('doctor.token-rules-shown')
  const server = await startServer(t)
  server.on('/api/1234/auth/introspection', (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"action":"UNAUTHORIZED"}')
  })
  const authlete = { baseUrl: server.origin, serviceId: '1234', accessToken: DOCTOR_SECRET }
  const look = async (claims: Members) => {
    const { report } = await visit(configuration(server.origin, { authorizationServer: { issuer: server.origin, authlete, claims } }))
    return report.diagnoses.filter(({ state, check }) => state === 'warning' && check.includes('.claims.'))
      .map(({ check }) => check.split('.').at(-1))
  }
  t.strictSame(await look({ scope: ['scp'], clientId: ['azp'], subject: ['oid'] }), ['scope', 'clientId', 'subject'])
  t.strictSame(await look({ scope: ['scp', 'scope'], clientId: ['azp', 'client_id'], subject: ['oid', 'sub'] }), [])
})

t.test('doctor — a public server does not make this machine connect into its own network', async t => {
  covers('doctor.follows-no-address-inwards')
  const inside = createServer(socket => { socket.destroy() })
  let connections = 0
  inside.on('connection', () => { connections += 1 })
  inside.listen(0, '127.0.0.1')
  await once(inside, 'listening')
  t.teardown(() => new Promise<void>(resolve => { inside.close(() => { resolve() }) }))
  const { port } = inside.address() as AddressInfo
  const names: Readonly<Record<string, string>> =
    { 'as.example.com': '1.1.1.1', 'inward.example.com': '127.0.0.1', 'metadata.example.com': '169.254.169.254' }
  const lookup = async (host: string) => [{ address: names[host] ?? '10.0.0.1', family: 4 }]
  const prober = await createCautiousProber('https://as.example.com', { timeoutMs: 2000, deadlineMs: 10_000, clock: systemClock }, lookup)
  t.teardown(prober.close)
  const each = collected(t)
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]', '0.0.0.0', 'localhost', 'inward.example.com',
    'metadata.example.com', '100.64.0.1', '[2002:7f00:1::]']) {
    const document = { issuer: 'https://as.example.com', token_endpoint: `https://${host}:${port}/token`, registration_endpoint: `https://${host}:${port}/register` }
    const seen = { tried: [], metadata: { issuer: document.issuer, document }, outcome: undefined, receivedAt: systemClock.now() }
    each.match(await diagnoseCors('as', prober, seen, DOCTOR_ORIGIN), { state: 'unknown', found: /not asked: the server names token_endpoint/ }, host)
  }
  each.end()
  t.equal(connections, 0)
})

t.test('doctor — what a server on this machine names elsewhere is not asked, and an insecure endpoint never is', async t => {
  covers('doctor.follows-no-address-inwards')
  const cloud = await startServer(t, { token_endpoint: 'https://169.254.169.254/token' })
  t.match(found(await visit(configuration(cloud.origin)), 'authorization-server.cors'), { state: 'unknown', found: /169\.254\.169\.254/ })
  const plain = await startServer(t, { token_endpoint: 'http://169.254.169.254/token', registration_endpoint: 'file:///etc/passwd' })
  t.equal(found(await visit(configuration(plain.origin)), 'authorization-server.cors').state, 'good',
    'the metadata may be read, and nothing else is asked')
})

t.test('doctor — an introspection endpoint that the metadata names elsewhere gets the credentials, and is reported', async t => {
  covers('doctor.metadata-and-issuer')
  const elsewhere = await startServer(t)
  const server = await startServer(t, { introspection_endpoint: `${elsewhere.origin}/introspect`, scopes_supported: [READ_SCOPE, 'mcp:tickets:write'] })
  const outcome = await visit(configuration(server.origin))
  t.match(found(outcome, 'authorization-server.introspection'), { state: 'warning', found: /not that of the issuer/, remedy: /introspection\.endpoint/ })
})
