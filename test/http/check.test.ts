// The check of other servers: our own gateway in good order, and a poor server whose every fault is found.

import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { pino } from 'pino'
import { inspectServer, RULES, type CheckOptions, type CheckReport } from '../../src/check/inspect.ts'
import { formatReport } from '../../src/check/report.ts'
import { parseTarget } from '../../src/check/target.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { GOOD_TOKEN, startPoorServer } from '../support/poor-server.ts'
import { freePorts } from '../support/processes.ts'

const targetOf = (url: string) => {
  const target = parseTarget(url)
  if (!target.ok) throw new Error(target.error)
  return target.value
}
const inspect = (url: string, options: CheckOptions = {}): Promise<CheckReport> => inspectServer(targetOf(url), options)
const notKept = ({ findings }: CheckReport) => findings.filter(({ outcome }) => outcome === 'failed').map(({ rule, seen }) => `${rule}: ${seen}`)
const notChecked = ({ findings }: CheckReport) => findings.filter(({ outcome }) => outcome === 'not-checked').map(({ rule }) => rule)

/** The gateway with a practice authorization server; gives its address and a token for it. */
async function startGateway (t: Test, whenTokenMissing: 'rfc6750' | 'tutorial', dpop: 'off' | 'accepted' = 'off') {
  const [port = 0] = await freePorts(1)
  const resource = `http://localhost:${port}/mcp`
  const authorizationServer = await createPracticeServer({ resources: [resource] })
  t.teardown(authorizationServer.close)
  const { id, secret } = authorizationServer.introspectionClient
  const config = parseConfig({
    port,
    resource: { identifier: resource },
    authorizationServer: { issuer: authorizationServer.issuer, introspection: { clientId: id, clientSecret: secret } },
    challenge: { whenTokenMissing },
    dpop: { mode: dpop },
    storage: { url: 'sqlite::memory:' },
    cors: { allowedOrigins: ['http://localhost:6274'] }
  })
  const app = await createApp(
    { settings: fixedSettings(config), logger: pino({ level: 'silent' }), version: '0.0.0-test', openService: openTicketService }
  )
  t.teardown(() => app.close())
  await app.listen({ host: config.host, port })
  return { resource, token: await authorizationServer.mintToken({ subject: '1004', scope: 'mcp:tickets:read', resource }) }
}

t.test('check — finds nothing wrong with this gateway, with a token and without', async t => {
  covers('check.own-gateway-is-in-order')
  const { resource, token } = await startGateway(t, 'rfc6750')
  const withToken = await inspect(resource, { token })
  t.strictSame(notKept(withToken), [])
  t.strictSame(notChecked(withToken), ['dpop.resource-metadata', 'dpop.algorithms', 'token.session-is-no-credential'],
    'all but what the gateway does not have')

  const without = await inspect(resource)
  t.strictSame(notKept(without), [])
  t.strictSame(notChecked(without).filter(rule => !/^(?:token|dpop)\./.test(rule)), [], 'Origin is looked at before the token')
})

t.test('check — finds nothing wrong with this gateway where it accepts tokens that are bound to a key', async t => {
  covers('check.own-gateway-is-in-order')
  const { resource, token } = await startGateway(t, 'rfc6750', 'accepted')
  const report = await inspect(resource, { token })
  t.strictSame(notKept(report), [])
  t.strictSame(notChecked(report), ['token.session-is-no-credential'])
})

t.test('check — the challenge of the tutorial is the one deviation of the default configuration', async t => {
  const { resource } = await startGateway(t, 'tutorial')
  const report = await inspect(resource)
  t.strictSame(notKept(report), ['challenge.no-error-without-token: error="invalid_request"'])
  t.strictSame([report.summary.errors, report.summary.warnings], [0, 1])
})

t.test('check — a server that asks for patience gets it', async t => {
  const impatient = createHttpServer((_request, response) => {
    count += 1
    if (count <= 3) response.writeHead(429, { 'retry-after': '0' }).end()
    else response.writeHead(401, { 'www-authenticate': 'Bearer realm="x"' }).end()
  })
  let count = 0
  impatient.listen(0, '127.0.0.1')
  await once(impatient, 'listening')
  t.teardown(() => new Promise<void>(resolve => { impatient.closeAllConnections(); impatient.close(() => { resolve() }) }))
  const report = await inspect(`http://127.0.0.1:${(impatient.address() as AddressInfo).port}/mcp`)
  t.match(report.findings.find(({ rule }) => rule === 'challenge.unauthorized'), { outcome: 'passed' })
})

t.test('check — finds nothing wrong with the small server as long as it has no fault', async t => {
  const server = await startPoorServer()
  t.teardown(server.close)
  const report = await inspect(server.url, { token: GOOD_TOKEN })
  t.strictSame(notKept(report), [])
  t.strictSame(notChecked(report), [])
})

/** Found in other ways than by a fault of a server that answers. */
const FOUND_OTHERWISE = ['connection.answers', 'connection.in-time', 'connection.encrypted']

t.test('check — finds every fault of a poor server', async t => {
  covers('check.finds-each-fault')
  const each = collected(t)
  for (const rule of Object.keys(RULES).filter(rule => !FOUND_OTHERWISE.includes(rule))) {
    const server = await startPoorServer(rule)
    const report = await inspect(server.url, { token: GOOD_TOKEN })
    await server.close()
    const finding = report.findings.find(finding => finding.rule === rule)
    each.match(finding, { outcome: 'failed', source: /^https:\/\//, remedy: /\S/, seen: /\S/ }, rule)
    each.equal(report.findings.length, Object.keys(RULES).length, 'every rule stands in the report once')
  }
  each.end()
})

t.test('check — an endpoint that cannot be reached is one error, and nothing else is claimed', async t => {
  const [port = 0] = await freePorts(1)
  const report = await inspect(`http://127.0.0.1:${port}/mcp`, { token: GOOD_TOKEN })
  t.strictSame(notKept(report), ['connection.answers: no connection'])
  t.equal(report.summary.errors, 1)
})

t.test('check — a server that never answers costs no more than the deadline, and is not called faulty in detail', async t => {
  covers('check.bounded-time')
  const silent = createServer(socket => { socket.on('error', () => {}).resume() })
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => new Promise<void>(resolve => { silent.close(() => { resolve() }) }))
  const report = await inspect(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`, { timeoutMs: 300, deadlineMs: 200 })
  t.strictSame(notKept(report).map(line => line.split(':')[0]), ['connection.answers', 'connection.in-time'])
})

t.test('check — something that is not HTTP is said to be so', async t => {
  const talker = createServer(socket => { socket.on('error', () => {}).resume().end('SSH-2.0-OpenSSH_9.9\r\n') })
  talker.listen(0, '127.0.0.1')
  await once(talker, 'listening')
  t.teardown(() => new Promise<void>(resolve => { talker.close(() => { resolve() }) }))
  const report = await inspect(`http://127.0.0.1:${(talker.address() as AddressInfo).port}/mcp`)
  t.strictSame(notKept(report), ['connection.answers: the answer is not HTTP'])
})

t.test('check — a token goes to the endpoint and is in no report', async t => {
  covers('check.token-stays-secret')
  const server = await startPoorServer('credentials.reflected', 'token.accepted')
  t.teardown(server.close)
  const report = await inspect(server.url, { token: GOOD_TOKEN })
  t.ok(server.credentials.includes(`Bearer ${GOOD_TOKEN}`))
  t.notOk(server.requests.some(line => line.includes(GOOD_TOKEN)), 'in no address')
  t.notMatch(JSON.stringify(report) + formatReport(report), GOOD_TOKEN)
})

t.test('check — what a server says is shown as printable ASCII, and cut short', async t => {
  const hostile = createHttpServer((request, response) => {
    response.writeHead(request.method === 'GET' ? 200 : 401, { 'content-type': 'application/json', 'www-authenticate': `Bearer resource_metadata="https://x.example/${'y'.repeat(5000)}", scope="a"` })
      .end(JSON.stringify({ resource: '\u001b[2J\u202eevil\u0007', authorization_servers: ['\u001b]0;owned\u0007'] }))
  })
  hostile.listen(0, '127.0.0.1')
  await once(hostile, 'listening')
  t.teardown(() => new Promise<void>(resolve => { hostile.closeAllConnections(); hostile.close(() => { resolve() }) }))
  const report = await inspect(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/mcp`, { timeoutMs: 1000 })
  t.match(formatReport(report), /^[\x20-\x7e\n]*$/)
  t.ok(report.findings.every(({ seen }) => seen.length < 2000))
})
