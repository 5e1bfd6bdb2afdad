// The doctor: a configuration that works, and the troubles with an authorization server, each told apart from the others.

import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import { diagnoseTls } from '../../src/doctor/listener-diagnosis.ts'
import { diagnoseNode } from '../../src/doctor/machine-diagnosis.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import {
  configuration, DOCTOR_SECRET as SECRET, documentOf, found, READ_SCOPE as READ, startServer, temporaryDirectory, terminal, troubles, visit,
  type Members
} from '../support/doctor-visit.ts'
import { freePorts } from '../support/processes.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'

t.test('doctor — finds nothing wrong with the practice server, and a token that it issued', async t => {
  covers('doctor.says-whether-it-would-work')
  const resource = 'http://localhost:3443/mcp'
  const server = await createPracticeServer({ resources: [resource], introspectionClient: { id: 'mcp-server', secret: SECRET } })
  t.teardown(server.close)
  const healthy = await visit(configuration(server.issuer))
  t.equal(healthy.status, 0)
  t.strictSame(troubles(healthy), [])
  t.equal(healthy.report.works, true)

  const file = join(temporaryDirectory(t), 'token')
  const token = await server.mintToken({ subject: '1004', scope: READ, resource })
  writeFileSync(file, `${token}\n`)
  const good = await visit(configuration(server.issuer), { args: ['--token-file', file] })
  t.match(found(good, 'token'), { state: 'good', found: /audience/ })
  t.equal(good.status, 0)
  t.notMatch(good.text, token)

  const other = await visit(configuration(server.issuer, { resource: { identifier: 'http://localhost:3443/other' } }), { args: ['--token-file', file] })
  t.match(found(other, 'token'), { state: 'problem', found: /refused at: audience/, remedy: /RESOURCE_IDENTIFIER/ })
  t.equal(other.status, 1)

  await server.revokeToken(token)
  const revoked = await visit(configuration(server.issuer), { args: ['--token-file', file] })
  t.match(found(revoked, 'token'), { state: 'problem', found: /refused at: active/ })
  t.notMatch(revoked.text, token)

  const rejected = await visit(configuration(server.issuer), { env: { INTROSPECTION_CLIENT_SECRET: 'not-the-one-registered' } })
  t.match(found(rejected, 'authorization-server.credentials'), { state: 'problem', found: 'rejected: introspection answered with HTTP status 401', remedy: /INTROSPECTION_CLIENT_SECRET/ })
  t.notMatch(rejected.text, 'not-the-one-registered')
})

t.test('doctor — a server in good order gives no trouble, and the report for people says so', async t => {
  const server = await startServer(t)
  const out = terminal()
  const status =
    await runDoctor([], out, { env: { GATEWAY_CONFIG: 'doctor.json' }, readFile: () => JSON.stringify(configuration(server.origin)) })
  t.equal(status, 0)
  t.match(out.written.text, /^doctor\.json, http:\/\/localhost:3443\/mcp\n/)
  t.match(out.written.text, /The gateway would work: 0 problem\(s\), 0 warning\(s\)\.\n$/)
})

t.test('doctor — rejected credentials are told apart from an outage, whichever way a server says it', async t => {
  covers('doctor.credentials-or-outage')
  const replies: ReadonlyArray<readonly [string, Behaviour, RegExp, RegExp]> = [
    ['401 with invalid_client', answers(401, '{"error":"invalid_client"}'), /^rejected: .* 401$/, /rejected the credentials of this gateway, .*INTROSPECTION_CLIENT_ID/],
    ['401 that says nothing, as the Java server and oidc-provider say it', answers(401, '{}'), /^rejected: .* 401$/, /does not say whether .*INTROSPECTION_CLIENT_ID/],
    ['500 with a description, as au3te says it', answers(500, '{"error":"internal_server_error","error_description":"Resource server authentication failed"}'), /^rejected: .* 500$/, /INTROSPECTION_CLIENT_ID/],
    ['any other 500', answers(500, '{"error":"internal_server_error","error_description":"database is down"}'), /could not be asked: .* 500 \(unexpected-status\)/, /log of the authorization server/],
    ['400 invalid_client', answers(400, '{"error":"invalid_client"}'), /^rejected: /, /INTROSPECTION_CLIENT_SECRET/],
    ['a redirect', answers(302, '', { location: 'https://elsewhere.example/' }), /\(redirect\)/, /http against https/],
    ['a page', answers(200, '<html></html>', { 'content-type': 'text/html' }), /\(unparseable\)/, /web page/],
    ['429', answers(429, '{}'), /\(rate-limited\)/, /CACHE_TTL_SECONDS/]
  ]
  const server = await startServer(t)
  for (const [name, behaviour, seen, remedy] of replies) {
    server.on('/introspect', behaviour)
    const outcome = await visit(configuration(server.origin))
    t.match(found(outcome, 'authorization-server.credentials'), { state: 'problem', found: seen, remedy }, name)
    t.equal(outcome.status, 1, name)
    t.notMatch(outcome.text, /database is down|elsewhere/, 'nothing of what the server wrote is repeated')
  }
  server.on('/introspect', answersJson({ active: true, sub: '1', exp: 4_000_000_000 }))
  t.match(found(await visit(configuration(server.origin)), 'authorization-server.credentials'), { state: 'problem', found: /calls a made-up token active/ })
  server.on('/introspect', answersJson({ active: true, sub: '1', exp: 4_000_000_000, aud: 'http://localhost:3443/mcp' }))
  t.match(found(await visit(configuration(server.origin)), 'authorization-server.credentials'), { state: 'problem', found: /calls a made-up token active/ })
})

t.test('doctor — metadata that cannot be had, or is about somebody else', async t => {
  covers('doctor.metadata-and-issuer')
  const slash = await startServer(t)
  slash.on('/.well-known/oauth-authorization-server', answersJson(documentOf(`${slash.origin}/`)))
  t.match(found(await visit(configuration(slash.origin)), 'authorization-server.metadata'), { state: 'problem', found: /says that its issuer is/, remedy: /only a trailing slash differs/ })

  const nothing = await startStubAuthorizationServer()
  t.teardown(nothing.close)
  t.match(found(await visit(configuration(nothing.origin)), 'authorization-server.metadata'), { state: 'problem', found: /HTTP 404/, remedy: /publishes no metadata/ })

  const [port = 0] = await freePorts(1)
  const down = await visit(configuration(`http://127.0.0.1:${port}`))
  t.match(found(down, 'authorization-server.metadata'), { state: 'problem', found: /no connection/, remedy: /Check that the authorization server runs/ })
  t.match(found(down, 'authorization-server.credentials'), { state: 'problem', found: /could not be asked/ })
  t.equal(found(down, 'authorization-server.clock').state, 'unknown')

  const endpointless = await startServer(t, { introspection_endpoint: undefined })
  t.match(found(await visit(configuration(endpointless.origin)), 'authorization-server.introspection'), { state: 'problem', remedy: /INTROSPECTION_ENDPOINT/ })

  const explicit = configuration(nothing.origin, { authorizationServer: { issuer: nothing.origin, introspection: { endpoint: `${slash.origin}/introspect`, clientId: 'mcp-server', clientSecret: SECRET } } })
  const withoutMetadata = await visit(explicit)
  t.equal(found(withoutMetadata, 'authorization-server.metadata').state, 'warning', 'the gateway can do without, clients cannot')
  t.equal(withoutMetadata.status, 0)
})

t.test('doctor — http where https is meant', async t => {
  covers('doctor.http-or-https')
  const plain = await startServer(t)
  const outcome = await visit(configuration(plain.origin.replace('http:', 'https:')))
  t.match(found(outcome, 'authorization-server.metadata'), { state: 'problem', found: /no trusted TLS connection/, remedy: /begins with http:, or .*NODE_EXTRA_CA_CERTS/ })
  t.match(found(outcome, 'resource.registration'), { state: 'warning', found: /http:.*https:/, remedy: /looks exactly like a revoked token/ })
  const tls = (identifier: string) =>
    diagnoseTls({ resource: { identifier }, host: 'localhost', port: 3443 }, () => undefined, systemClock.now())[0]
  t.match(tls('https://mcp.example.com/mcp'), { state: 'good', found: /terminate TLS/ })
  t.match(tls('http://mcp.example.com/mcp'), { state: 'warning', remedy: /proxy terminate TLS/ })
  t.match(tls('http://localhost:3443/mcp'), { state: 'good' })
})

t.test('doctor — clocks that disagree', async t => {
  covers('doctor.clock-skew')
  for (const [seconds, state] of [[0, 'good'], [-20, 'warning'], [20, 'warning'], [-3600, 'problem'], [3600, 'problem']] as const) {
    const server = await startServer(t, {}, { date: new Date(Date.now() - seconds * 1000).toUTCString() })
    const clock = found(await visit(configuration(server.origin)), 'authorization-server.clock')
    t.equal(clock.state, state, `${seconds} s`)
    if (seconds !== 0) t.match(clock.found, seconds < 0 ? /behind/ : /ahead/)
  }
})

t.test('doctor — what the server lacks for these tools and their clients', async t => {
  covers('doctor.scopes-and-details-types')
  const poor = await startServer(t, {
    scopes_supported: [READ],
    authorization_details_types_supported: ['payment'],
    code_challenge_methods_supported: undefined,
    registration_endpoint: undefined,
    protected_resources: ['https://localhost:3443/mcp']
  }, { 'access-control-allow-origin': 'https://somebody.example' })
  const deny = await visit(configuration(poor.origin))
  t.strictSame(troubles(deny), [
    'warning authorization-server.scopes', 'problem authorization-server.details-types', 'warning authorization-server.pkce',
    'warning authorization-server.registration', 'warning authorization-server.protected-resources', 'warning authorization-server.cors'
  ])
  t.match(found(deny, 'authorization-server.scopes').found, /mcp:tickets:write/)
  t.match(found(deny, 'authorization-server.cors').found, /metadata/)
  const allow = await visit(configuration(poor.origin, { policy: { authorizationDetailsWhenAbsent: 'allow' } }))
  t.match(found(allow, 'authorization-server.details-types'), { state: 'warning', remedy: /without a limit.*start the gateway, and look again/ })
  t.equal(allow.status, 0, 'warnings do not keep the gateway from working')

  const silent = await startServer(t, { scopes_supported: undefined })
  t.equal(found(await visit(configuration(silent.origin)), 'authorization-server.scopes').state, 'unknown')
})

t.test('doctor — a server that answers wrong credentials as it answers right ones is named, unless that is not to be asked', async t => {
  covers('doctor.credentials-self-test')
  const server = await startServer(t)
  t.match(found(await visit(configuration(server.origin)), 'authorization-server.wrong-credentials'), { state: 'good', found: /refused/ })
  server.on('/introspect', answersJson({ active: false }))
  const indistinct = await visit(configuration(server.origin))
  t.match(found(indistinct, 'authorization-server.wrong-credentials'), { state: 'warning', found: /not told apart/, remedy: /Those of this gateway may be right/ })
  t.match(found(indistinct, 'authorization-server.credentials'), { state: 'good' }, 'ours may be right')
  t.equal(indistinct.status, 0)
  const requests = server.received.length
  const members = configuration(server.origin)
  const { authorizationServer } = members as { authorizationServer: Members }
  const unasked = await visit({ ...members, authorizationServer: { ...authorizationServer, selfTest: 'own-credentials' } })
  t.equal(unasked.report.diagnoses.find(({ check }) => check.endsWith('wrong-credentials')), undefined)
  t.equal(server.received.slice(requests).filter(({ path }) => path === '/introspect').length, 1)
})

t.test('doctor — rejected credentials are explained by the way in which they are shown', async t => {
  covers('doctor.credentials-or-outage')
  const server = await startServer(t)
  server.on('/introspect', answers(401, '{}'))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKeyFile = join(temporaryDirectory(t), 'key.pem')
  writeFileSync(privateKeyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }))
  for (const [members, remedy] of [
    [{ clientAuthentication: 'client_secret_post', clientSecret: SECRET }, /registered for client_secret_post/],
    [{ clientAuthentication: 'private_key_jwt', privateKeyFile }, /privateKeyFile.*assertionAudience/],
    [{ clientAuthentication: 'bearer', bearerToken: SECRET }, /INTROSPECTION_BEARER_TOKEN/]
  ] as const) {
    const outcome = await visit(configuration(server.origin,
      { authorizationServer: { issuer: server.origin, introspection: { clientId: 'mcp-server', ...members } } }))
    t.match(found(outcome, 'authorization-server.credentials'), { state: 'problem', remedy })
  }
})

t.test('doctor — a server that is slow is told apart from one that is down', async t => {
  const server = await startServer(t)
  let asked = 0
  server.on('/introspect', (request, response, socket) => {
    asked += 1
    // The first question is never answered: its deadline passes, whatever it is.
    if (asked > 1) answersJson({ active: false })(request, response, socket)
  })
  const outcome = await visit(configuration(server.origin,
    { authorizationServer: { issuer: server.origin, introspection: { clientId: 'mcp-server', clientSecret: SECRET }, deadlineMs: 500 } }))
  t.equal(found(outcome, 'authorization-server.credentials').state, 'good')
  t.match(found(outcome, 'authorization-server.speed'), { state: 'warning', found: /500 ms/ })
  t.equal(outcome.status, 0)
})

t.test('doctor — a configuration that cannot be read is the one thing it reports', async t => {
  const broken = await visit('{ "port": "three", "authorizationServer": { "issuer": "http://localhost:9000", "introspection": { "clientId": "a", "clientSecret": "changeme" } } }')
  t.equal(broken.status, 1)
  t.equal(broken.report.configuration, 'doctor.json')
  t.ok(broken.report.diagnoses.length >= 3)
  t.ok(broken.report.diagnoses.every(({ check, state }) => check === 'configuration' && state === 'problem'))
  t.notMatch(broken.text, 'changeme')
})

t.test('doctor — an old Node is said to be one', t => {
  for (const [version, state] of [['18.20.0', 'problem'], ['20.18.3', 'problem'], ['20.19.0', 'good'], ['24.1.0', 'good']] as const) {
    t.equal(diagnoseNode(version).state, state, version)
  }
  t.end()
})

t.test('doctor — takes no token as an argument', async t => {
  covers('cli.token-never-an-argument')
  const out = terminal()
  t.equal(await runDoctor(['IU7JGeoJxJSGfAY7nT9A-kK4GAGQgenvHtaRbaUcwoU'], out), 2)
  t.equal(await runDoctor(['--token', 'IU7JGeoJxJSGfAY7nT9A'], out), 2)
  t.notMatch(out.written.complaints + out.written.text, 'IU7JGeo')
  t.equal(await runDoctor(['--help'], out), 0)
})
