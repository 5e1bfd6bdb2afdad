// The check of other servers: our own gateway in good order, and a poor server whose every fault is found.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { pino } from 'pino'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseChallenges } from '../../src/check/challenge-syntax.ts'
import { checkConnection } from '../../src/check/checks/connection-checks.ts'
import { inspectServer, RULES, type CheckOptions, type CheckReport } from '../../src/check/inspect.ts'
import { formatReport } from '../../src/check/report.ts'
import { mayFollow, parseTarget } from '../../src/check/target.ts'
import { runCheck } from '../../src/cli/check-command.ts'
import { readTokenFile } from '../../src/cli/token-file.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { GOOD_TOKEN, startPoorServer } from '../support/poor-server.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

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
  const app = await createApp({ settings: fixedSettings(config), logger: pino({ level: 'silent' }), version: '0.0.0-test', openService: openTicketService })
  t.teardown(() => app.close())
  await app.listen({ host: config.host, port })
  return { resource, token: await authorizationServer.mintToken({ subject: '1004', scope: 'mcp:tickets:read', resource }) }
}

t.test('check — finds nothing wrong with this gateway, with a token and without', async t => {
  covers('check.own-gateway-is-in-order')
  const { resource, token } = await startGateway(t, 'rfc6750')
  const withToken = await inspect(resource, { token })
  t.strictSame(notKept(withToken), [])
  t.strictSame(notChecked(withToken), ['dpop.resource-metadata', 'dpop.algorithms', 'token.session-is-no-credential'], 'all but what the gateway does not have')

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

t.test('check — plain http off this machine is an error, https or this machine is not', t => {
  const silence = { kind: 'none', reason: 'unreachable' } as const
  const encrypted = (address: string) => checkConnection({ target: targetOf(address), unauthenticated: { initialize: silence, 'tools/list': silence, 'server/discover': silence, notification: silence } }, true).find(({ rule }) => rule === 'connection.encrypted')
  t.match(encrypted('http://mcp.example.com/mcp'), { outcome: 'failed', seen: 'http off loopback' })
  t.match(encrypted('http://localhost.example.com/mcp'), { outcome: 'failed' })
  t.match(encrypted('https://mcp.example.com/mcp'), { outcome: 'passed', seen: 'https' })
  t.match(encrypted('http://[::1]:3443/mcp'), { outcome: 'passed', seen: 'http on loopback' })
  t.end()
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

t.test('check — an address is refused when it could not be checked as written', t => {
  for (const text of ['mcp.example.com/mcp', 'ftp://host/mcp', 'https://user:secret@host/mcp', 'https://host/mcp?x=1', 'https://host/mcp#x', 'http://']) {
    t.equal(parseTarget(text).ok, false, text)
  }
  t.equal(targetOf('https://host').url, 'https://host', 'a client writes it without the slash')
  t.equal(targetOf('https://host/a/mcp').pathMetadata.href, 'https://host/.well-known/oauth-protected-resource/a/mcp')
  t.end()
})

t.test('check — a server out there cannot send the checking machine to itself', t => {
  covers('check.follows-no-address-inwards')
  const outside = targetOf('https://mcp.example.com/mcp')
  for (const url of ['http://localhost:8080/', 'https://127.0.0.1/', 'http://as.example.com/', 'file:///etc/passwd', 'https://user@as.example.com/', 'https://[::1]/']) t.equal(mayFollow(outside, new URL(url)), false, url)
  t.equal(mayFollow(outside, new URL('https://as.example.com/')), true)
  t.equal(mayFollow(targetOf('http://localhost:3443/mcp'), new URL('http://localhost:9000/')), true)
  t.end()
})

t.test('check — challenges are read as RFC 9110 writes them', t => {
  const read = (...lines: string[]) => {
    const parsed = parseChallenges(lines)
    return parsed.ok ? parsed.value.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]) : parsed.error
  }
  t.strictSame(read('Bearer'), [['bearer', {}]])
  t.strictSame(read('Negotiate aGVsbG8=, Bearer realm="a, \\"b\\"", scope=read'), [['negotiate', {}], ['bearer', { realm: 'a, "b"', scope: 'read' }]])
  t.strictSame(read('Basic realm="x"', 'BEARER Error = "e"'), [['basic', { realm: 'x' }], ['bearer', { error: 'e' }]], 'two lines are one list')
  t.strictSame(read(', Bearer a=b ,, Basic'), [['bearer', { a: 'b' }], ['basic', {}]], 'empty elements count for nothing')
  for (const wrong of ['', 'Bearer realm="x" error="y"', 'Bearer realm="x', 'Bearer a=b, a=c', 'Bearer realm="チケット"', 'Bearer realm=x y', '"Bearer"', 'Bearer a="b"c']) t.type(read(wrong), 'string', JSON.stringify(wrong))
  const pieces = fc.array(fc.oneof(fc.constantFrom('Bearer', 'DPoP', ' ', ',', '=', '"', '\\', 'a="b"', 'realm', '\t', 'dGVzdA=='), fc.string()), { maxLength: 30 }).map(parts => parts.join(''))
  fc.assert(fc.property(fc.array(pieces, { maxLength: 3 }), lines => {
    const parsed = parseChallenges(lines)
    return parsed.ok ? parsed.value.every(({ scheme }) => scheme !== '' && lines.some(line => line.toLowerCase().includes(scheme))) : parsed.error !== ''
  }), { numRuns: 1000 })
  t.end()
})

t.test('check — the command line says what is wrong with it, and its status says how it went', async t => {
  const server = await startPoorServer('challenge.scope', 'server-metadata.cors')
  const bad = await startPoorServer('surface.get')
  t.teardown(async () => { await Promise.all([server.close(), bad.close()]) })
  const run = async (...args: string[]) => {
    let written = ''
    let complaints = ''
    const status = await runCheck(args, { write: text => { written += text }, writeError: text => { complaints += text } })
    return { status, written, complaints }
  }
  t.match(await run(server.url), { status: 0, written: /1 warning, 1 hint/ }, 'warnings alone are no error')
  t.match(await run(server.url, '--strict'), { status: 1 })
  t.match(await run(bad.url), { status: 1, written: /ERROR {4}surface\.get: not so/ })
  const json = JSON.parse((await run(bad.url, '--json')).written) as CheckReport
  t.match(json, { target: bad.url, withToken: false, summary: { errors: 1 } })
  t.match(await run('--help'), { status: 0, written: /^Usage: mcp-resource-gateway check URL/ })
  t.match(await run(), { status: 2, complaints: 'expected one address; --help lists the options\n' })
  t.match(await run('nonsense'), { status: 2, complaints: /^expected the address of an MCP endpoint/ })
  t.match(await run(bad.url, '--tokenfile=secret-value'), { status: 2, complaints: 'unknown option --tokenfile; --help lists the options\n' }, 'and no value is repeated')
  t.match(await run(bad.url, '--timeout-seconds', '0'), { status: 2 })
  t.match(await run(bad.url, '--origin', 'http://localhost:6274/'), { status: 2 })
  t.match(await run(bad.url, '--token-file', 'no/such/file'), { status: 2, complaints: /the file cannot be read/ })
  t.match(await run('http://mcp.example.com/mcp', '--token-file', 'package.json'), { status: 2 })
})

t.test('commands — the program finds the one that was called, and ends with its status', async t => {
  const server = await startPoorServer('surface.get')
  t.teardown(server.close)
  const run = async (...args: string[]) => {
    const program = startProgram(process.execPath, [builtProgram('dist/cli.js'), ...args])
    const { code } = await program.ended
    return { code, text: program.lines.join('\n') }
  }
  t.match(await run('check', server.url), { code: 1, text: /surface\.get/ })
  t.match(await run('help'), { code: 0, text: /check URL/ })
  t.match(await run('doctor', '--help'), { code: 0, text: /^Usage: mcp-resource-gateway doctor/ })
  t.match(await run('serve', '--help'), { code: 0, text: /Runs the gateway/ })
  t.match(await run('chek'), { code: 2, text: 'unknown command; --help lists them' })
})

t.test('token file — one token and nothing else, from a file or standard input', t => {
  covers('cli.token-never-an-argument')
  t.strictSame(readTokenFile('-', source => source === 0 ? ' abc.def \n' : ''), { ok: true, value: 'abc.def' })
  for (const text of ['', 'Bearer abc', '{"access_token":"abc"}', 'a b', 'a\nb']) t.equal(readTokenFile('x', () => text).ok, false, JSON.stringify(text))
  const mistaken = readTokenFile('IU7JGeoJxJSGfAY7nT9A-kK4GAGQgenvHtaRbaUcwoU', () => 'abc')
  t.match(mistaken, { ok: false, error: /looks like a token/ })
  t.notMatch(JSON.stringify(mistaken), 'IU7JGeo')
  t.end()
})
