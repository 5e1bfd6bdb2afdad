// The doctor: a configuration that works, and every trouble it is for, each told apart from the others.

import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import { diagnoseTls } from '../../src/doctor/listener-diagnosis.ts'
import { diagnoseNode } from '../../src/doctor/machine-diagnosis.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createCertificate, type Certificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import {
  configuration, documentOf, DOCTOR_SECRET as SECRET, found, READ_SCOPE as READ, startServer, temporaryDirectory, terminal, troubles, visit,
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
  const status = await runDoctor([], out, { env: { GATEWAY_CONFIG: 'doctor.json' }, readFile: () => JSON.stringify(configuration(server.origin)) })
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
  t.match(found(outcome, 'authorization-server.metadata'), { state: 'problem', found: /no trusted TLS connection/, remedy: /NODE_EXTRA_CA_CERTS/ })
  t.match(found(outcome, 'resource.registration'), { state: 'warning', found: /http:.*https:/, remedy: /looks exactly like a revoked token/ })
  const tls = (identifier: string) => diagnoseTls({ resource: { identifier }, host: 'localhost', port: 3443 }, () => undefined, systemClock.now())[0]
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
  t.match(found(allow, 'authorization-server.details-types'), { state: 'warning', remedy: /without a limit/ })
  t.equal(allow.status, 0, 'warnings do not keep the gateway from working')

  const silent = await startServer(t, { scopes_supported: undefined })
  t.equal(found(await visit(configuration(silent.origin)), 'authorization-server.scopes').state, 'unknown')
})

t.test('doctor — several servers are each looked at, tokens of either kind', async t => {
  covers('doctor.each-server')
  const first = await startServer(t)
  const second = await startServer(t, { jwks_uri: undefined })
  const shared = { issuer: 'http://localhost:1/shared', jwt: { algorithms: ['HS256'], sharedSecret: 'a secret of thirty-two characters or more' } }
  const members = configuration(first.origin, { furtherAuthorizationServers: [{ issuer: second.origin, jwt: {} }, shared] })
  const outcome = await visit(members)
  t.equal(found(outcome, 'authorization-server.credentials').state, 'good')
  t.match(found(outcome, 'authorization-server-2.keys-address'), { state: 'problem', remedy: /furtherAuthorizationServers\.0\.jwt\.jwksUri/ })
  t.match(found(outcome, 'authorization-server-2.keys'), { state: 'problem', remedy: /furtherAuthorizationServers\.0\.jwt\.jwksUri/ })
  t.equal(found(outcome, 'authorization-server-3.keys').state, 'good')
  t.equal(found(outcome, 'authorization-server-3.metadata').state, 'warning', 'a shared secret needs no metadata')
  t.notMatch(outcome.text, 'a secret of thirty-two')

  second.on('/introspect', answers(401, '{}'))
  const rejected = await visit(configuration(first.origin, { furtherAuthorizationServers: [{ issuer: second.origin, introspection: { clientId: 'mcp-server', clientSecret: SECRET } }] }), { env: { INTROSPECTION_CLIENT_ID: 'of-the-first' } })
  t.equal(found(rejected, 'authorization-server.credentials').state, 'good')
  const credentials = found(rejected, 'authorization-server-2.credentials')
  t.match(credentials, { state: 'problem', remedy: /furtherAuthorizationServers\.0\.introspection\.clientSecret/ })
  t.notMatch(credentials.remedy, /INTROSPECTION_/, 'variables override the first server only')
  t.equal(rejected.status, 1)

  second.on('/.well-known/oauth-authorization-server', answersJson(documentOf(`${second.origin}/`)))
  t.match(found(await visit(members), 'authorization-server-2.metadata'), { state: 'problem', remedy: /into furtherAuthorizationServers\.0\.issuer;/ })
})

t.test('doctor — a server that answers wrong credentials as it answers right ones is told apart, unless configuration says not to ask', async t => {
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
    const outcome = await visit(configuration(server.origin, { authorizationServer: { issuer: server.origin, introspection: { clientId: 'mcp-server', ...members } } }))
    t.match(found(outcome, 'authorization-server.credentials'), { state: 'problem', remedy })
  }
})

t.test('doctor — published keys are fetched, beside introspection too', async t => {
  covers('doctor.keys')
  const server = await startServer(t)
  server.on('/.well-known/oauth-authorization-server', answersJson({ ...documentOf(server.origin), jwks_uri: `${server.origin}/jwks` }))
  const alone = configuration(server.origin, { authorizationServer: { issuer: server.origin, jwt: {} } })
  const both = configuration(server.origin, { authorizationServer: { issuer: server.origin, jwt: {}, introspection: { clientId: 'mcp-server', clientSecret: SECRET } } })
  for (const members of [alone, both]) {
    for (const [behaviour, expected] of [
      [answersJson({ keys: [] }), { state: 'good' }],
      [answers(404, '{}'), { state: 'problem', found: /404/ }],
      [answersJson({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }), { state: 'problem', found: /publishes secrets/ }]
    ] as const) {
      server.on('/jwks', behaviour)
      t.match(found(await visit(members), 'authorization-server.keys'), expected)
    }
  }
  t.equal(found(await visit(alone), 'authorization-server.credentials').state, 'absent')
  t.equal(found(await visit(both), 'authorization-server.credentials').state, 'good')
})

t.test('doctor — the TLS that the gateway ends itself: its files, its names, its times, its authorities', async t => {
  covers('doctor.own-tls')
  const server = await startServer(t)
  const folder = temporaryDirectory(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const authority = createCertificate('Test authority')
  const expired = createCertificate('Old authority', undefined, { fromDays: -9, toDays: -2 })
  // the doctor says so when something listens there already: a gateway that is being tried out
  const [free = 0] = await freePorts(1)
  const look = async (own: Certificate, { pem = own.certPem, more = {}, identifier = `https://localhost:${free}/mcp`, port = free }: { readonly pem?: string, readonly more?: Members, readonly identifier?: string, readonly port?: number } = {}) => {
    const tls = { cert: file('cert.pem', pem), key: file('key.pem', own.keyPem), ...more }
    return await visit(configuration(server.origin, { port, resource: { identifier }, tls }))
  }
  const good = createCertificate('localhost', authority, { toDays: 90 })
  const healthy = await look(good, { more: { clientCa: file('ca.pem', authority.certPem) } })
  t.equal(healthy.status, 0)
  t.match(found(healthy, 'tls'), { state: 'good', found: /terminates TLS/ })
  t.match(found(healthy, 'tls.name'), { state: 'good', found: /localhost/ })
  t.equal(found(healthy, 'tls.expiry').state, 'good')
  t.equal(found(healthy, 'tls.client-authorities').state, 'good')
  t.match(found(healthy, 'tls.chain'), { state: 'warning', remedy: /authority is your own/ })
  t.equal(found(await look(good, { identifier: `https://127.0.0.1:${free}/mcp` }), 'tls.name').state, 'good', 'by its address')

  const other = createCertificate('localhost', authority, { toDays: 90 })
  for (const [name, members, told] of [
    ['no such file', { cert: join(folder, 'nowhere') }, /tls\.cert: the file cannot be read \(ENOENT\)/],
    ['the key of another certificate', { key: file('other.pem', other.keyPem) }, /tls\.cert and tls\.key/],
    ['no authorities', { clientCa: file('none.pem', 'none') }, /tls\.clientCa/]
  ] as const) {
    const outcome = await look(good, { more: members })
    t.match(found(outcome, 'tls'), { state: 'problem', found: told }, name)
    t.equal(outcome.status, 1, name)
    t.notMatch(outcome.text, 'PRIVATE KEY')
  }

  t.match(found(await look(good, { identifier: `http://localhost:${free}/mcp` }), 'tls'), { state: 'problem', remedy: /https/ })
  t.match(found(await look(good, { identifier: `https://mcp.example.com:${free}/mcp` }), 'tls.name'), { state: 'problem', found: /mcp\.example\.com/ })
  t.match(found(await look(good, { identifier: 'https://mcp.example.com/mcp' }), 'tls.name'), { state: 'warning', remedy: /its own TLS connection/ }, 'clients come to another port: there is something in between')
  for (const [life, state] of [[{ fromDays: -9, toDays: -2 }, 'problem'], [{ fromDays: 2, toDays: 9 }, 'problem'], [{ toDays: 13 }, 'warning'], [{ toDays: 15 }, 'good']] as const) {
    t.equal(found(await look(createCertificate('localhost', authority, life)), 'tls.expiry').state, state, JSON.stringify(life))
  }
  t.match(found(await look(createCertificate('localhost', expired, { toDays: 90 }), { pem: `${good.certPem}${expired.certPem}`, more: { key: file('good.pem', good.keyPem) } }), 'tls.expiry'), { state: 'problem', found: /further up/ })
  t.match(found(await look(good, { pem: `${good.certPem}${expired.certPem}` }), 'tls.chain'), { state: 'warning', found: /certificate 2 .* did not issue/ })
  const clientCa = file('mixed.pem', `${authority.certPem}${expired.certPem}`)
  t.match(found(await look(good, { more: { clientCa } }), 'tls.client-authorities'), { state: 'warning', found: /1 of 2/ })
  t.match(found(await look(good, { more: { clientCa: file('leaf.pem', good.certPem) } }), 'tls.client-authorities'), { state: 'warning', found: /not authorities/ })
})

t.test('doctor — the port is held by a gateway that ends TLS', async t => {
  const server = await startServer(t)
  const own = createCertificate('mcp.example.com', createCertificate('Test authority'))
  const folder = temporaryDirectory(t)
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writeFileSync(tls.cert, own.certPem)
  writeFileSync(tls.key, own.keyPem)
  const running = createTlsServer({ cert: own.certPem, key: own.keyPem }, (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"alive"}') })
  running.listen(0, '127.0.0.1')
  await once(running, 'listening')
  t.teardown(() => new Promise<void>(resolve => { running.closeAllConnections(); running.close(() => { resolve() }) }))
  const { port } = running.address() as AddressInfo
  const outcome = await visit(configuration(server.origin, { host: '127.0.0.1', port, resource: { identifier: `https://mcp.example.com:${port}/mcp` }, tls }))
  t.match(found(outcome, 'port'), { state: 'good', found: /a gateway that is running/ })
})

t.test('doctor — tokens that are bound to a key: what the server states of them', async t => {
  covers('doctor.sender-constraint')
  const server = await startServer(t)
  const proxy = { mutualTls: { header: 'client-cert', trustedProxies: ['10.0.0.1'] } }
  const look = async (document: Members, members: Members) => {
    server.on('/.well-known/oauth-authorization-server', answers(200, JSON.stringify({ ...documentOf(server.origin), ...document }), { 'access-control-allow-origin': '*' }))
    return await visit(configuration(server.origin, members))
  }
  const algorithms = (...stated: unknown[]) => ({ dpop_signing_alg_values_supported: stated })
  for (const [document, mode, expected] of [
    [algorithms('ES256', 'ES512'), 'required', { state: 'good', found: /with ES256$/ }],
    [{}, 'accepted', { state: 'warning', found: /dpop_signing_alg_values_supported/ }],
    [{}, 'required', { state: 'problem', remedy: /dpop\.mode/ }],
    [algorithms('ES384', 7), 'accepted', { state: 'warning', found: /with ES384, this gateway with ES256 EdDSA PS256 RS256/ }],
    [algorithms('ES384'), 'required', { state: 'problem', remedy: /dpop\.algorithms/ }],
    [{}, 'off', { state: 'absent' }]
  ] as const) t.match(found(await look(document, { dpop: { mode } }), 'authorization-server.dpop'), expected, JSON.stringify([document, mode]))
  t.match(found(await look({}, { ...proxy }), 'authorization-server.certificate-bound-tokens'), { state: 'warning', found: /tls_client_certificate_bound_access_tokens/ })
  t.match(found(await look({ tls_client_certificate_bound_access_tokens: true }, { ...proxy }), 'authorization-server.certificate-bound-tokens'), { state: 'good' })
  t.equal(found(await look({}, {}), 'authorization-server.certificate-bound-tokens').state, 'absent')
  const direct = { authorizationServer: { issuer: server.origin, authlete: { baseUrl: server.origin, serviceId: '1234', accessToken: SECRET } }, dpop: { mode: 'required' } }
  t.match(found(await look(algorithms('ES256'), direct), 'authorization-server.dpop'), { state: 'problem', found: /Authlete, asked directly/ })

  const file = join(temporaryDirectory(t), 'token')
  writeFileSync(file, 'a-token-that-is-bound')
  // What nobody issued is unknown; everything else is bound.
  server.on('/introspect', ({ body }, response) => {
    const known = body.includes('a-token-that-is-bound')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(known ? { active: true, sub: '1', exp: 4_102_444_800, cnf: { jkt: 'x' } } : { active: false }))
  })
  const bound = async (mode: string) => await visit(configuration(server.origin, { dpop: { mode } }), { args: ['--token-file', file] })
  t.match(found(await bound('accepted'), 'token'), { state: 'unknown', found: /bound to a key.*passed before: .*issuer/ })
  t.match(found(await bound('off'), 'token'), { state: 'problem', found: /refused at: sender-constraint/, remedy: /dpop\.mode/ })
})

t.test('doctor — a server that is slow is told apart from one that is down', async t => {
  const server = await startServer(t)
  let asked = 0
  server.on('/introspect', (request, response, socket) => {
    asked += 1
    // The first question is never answered: its deadline passes, whatever it is.
    if (asked > 1) answersJson({ active: false })(request, response, socket)
  })
  const outcome = await visit(configuration(server.origin, { authorizationServer: { issuer: server.origin, introspection: { clientId: 'mcp-server', clientSecret: SECRET }, deadlineMs: 500 } }))
  t.equal(found(outcome, 'authorization-server.credentials').state, 'good')
  t.match(found(outcome, 'authorization-server.speed'), { state: 'warning', found: /500 ms/ })
  t.equal(outcome.status, 0)
})

t.test('doctor — Authlete that rejects the service access token, and one that takes it', async t => {
  const server = await startServer(t)
  const members = configuration(server.origin, { authorizationServer: { issuer: server.origin, authlete: { baseUrl: server.origin, serviceId: '1234', accessToken: SECRET } } })
  const credentials = async (behaviour: Behaviour) => {
    server.on('/api/1234/auth/introspection', behaviour)
    const outcome = await visit(members)
    t.notMatch(outcome.text, SECRET)
    return found(outcome, 'authorization-server.credentials')
  }
  t.match(await credentials(answers(401, '{"resultCode":"A001202"}')), { state: 'problem', found: /^rejected/, remedy: /AUTHLETE_SERVICE_ACCESS_TOKEN/ })
  t.match(await credentials(answersJson({ action: 'UNAUTHORIZED', resultCode: 'A056301', existent: false })), { state: 'good' })
  t.match(await credentials(answersJson({ action: 'INTERNAL_SERVER_ERROR' })), { state: 'problem', found: /could not be asked/ })
})

t.test('doctor — a port that is taken, by whom, and a host that is not here', async t => {
  const server = await startServer(t)
  const listen = async (body: string): Promise<number> => {
    const other: Server = createServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(body) })
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.teardown(() => new Promise<void>(resolve => { other.closeAllConnections(); other.close(() => { resolve() }) }))
    return (other.address() as AddressInfo).port
  }
  const at = async (port: number, host = '127.0.0.1') => found(await visit(configuration(server.origin, { host, port, resource: { identifier: `http://127.0.0.1:${port}/mcp` } })), 'port')
  t.match(await at(await listen('{"hello":"world"}')), { state: 'problem', found: /another program/, remedy: /PORT/ })
  t.match(await at(await listen('{"status":"alive"}')), { state: 'good', found: /a gateway that is running/ })
  const [free = 0] = await freePorts(1)
  t.match(await at(free), { state: 'good' })
  t.match(await at(free, '192.0.2.1'), { state: 'problem', remedy: /HOST/ })
})

t.test('doctor — a storage that does not open', async t => {
  const server = await startServer(t)
  const file = join(temporaryDirectory(t), 'not-a-database')
  writeFileSync(file, 'this is no database, and was never one; it is long enough to be looked at as a header of one hundred bytes and more')
  t.match(found(await visit(configuration(server.origin, { storage: { url: `sqlite:${file}` } })), 'storage'), { state: 'problem', found: /^GW_STORAGE_/, remedy: /STORAGE_URL/ })
})

t.test('doctor — a configuration that cannot be read is the one thing it reports', async t => {
  const broken = await visit('{ "port": "three", "authorizationServer": { "issuer": "http://localhost:9000", "introspection": { "clientId": "a", "clientSecret": "changeme" } } }')
  t.equal(broken.status, 1)
  t.ok(broken.report.diagnoses.length >= 3)
  t.ok(broken.report.diagnoses.every(({ check, state }) => check === 'configuration' && state === 'problem'))
  t.notMatch(broken.text, 'changeme')
})

t.test('doctor — an old Node is said to be one', t => {
  for (const [version, state] of [['18.20.0', 'problem'], ['20.18.3', 'problem'], ['20.19.0', 'good'], ['24.1.0', 'good']] as const) t.equal(diagnoseNode(version).state, state, version)
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
