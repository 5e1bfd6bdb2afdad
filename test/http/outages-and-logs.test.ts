// When the authorization server fails, and what is written down: an outage is never a bad token, the operator is told
// what to look at, and nothing that must stay secret is in any line at any level.

import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import {
  activeToken, buildGateway, call, challengeOf, CLIENT_SECRET, limitedTo, message, post, type CallAnswer, type Gateway, type RawReply
} from '../support/gateway.ts'
import { rawRequest } from '../support/raw-request.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body
const faults = (gateway: Gateway) => gateway.lines().filter(({ event }) => event === 'fault')

function isOutage (t: Test, answer: CallAnswer, retryAfter: RegExp, name: string): void {
  t.equal(answer.status, 503, name)
  t.match(answer.headers['retry-after'], retryAfter)
  t.equal(answer.headers['www-authenticate'], undefined, 'the token is not blamed')
  t.match(answer.body, { jsonrpc: '2.0', error: { code: 503, data: { code: 'GW_AUTHORIZATION_SERVER_UNAVAILABLE' } } })
  t.notMatch(answer.text, 'invalid_token')
  t.notMatch(answer.text, 'upstream')
}

t.test('outage — whatever the authorization server does wrong is a 503, and the log names the likely cause', async t => {
  covers('http.outage-is-503', 'log.likely-cause', 'auth.authorization-server-failure-is-not-a-bad-token')
  const cases: Record<string, [failure: RawReply | 'refused', hint: RegExp, retryAfter?: RegExp]> = {
    'no connection': ['refused', /No connection to the authorization server/],
    'our credentials are rejected with 401': [{ status: 401, body: '{"error":"invalid_client"}' }, /INTROSPECTION_CLIENT_ID and INTROSPECTION_CLIENT_SECRET/],
    'with 403': [{ status: 403, body: 'upstream' }, /INTROSPECTION_CLIENT_SECRET/],
    'with the 500 of the hosted server': [{ status: 500, body: '{"error":"internal_server_error","error_description":"Resource server authentication failed"}' }, /INTROSPECTION_CLIENT_SECRET/],
    'a 500': [{ status: 500, body: '{"error":"upstream"}' }, /unexpected HTTP status/],
    'a 404': [{ status: 404, body: '<html>upstream' }, /unexpected HTTP status/],
    'a redirect': [{ status: 302, body: '', headers: { location: 'https://evil.example/' } }, /redirect, which is never followed/],
    'too many questions': [{ status: 429, body: '', headers: { 'retry-after': '17' } }, /CACHE_TTL_SECONDS/, /^5$/],
    'a page': [{ status: 200, body: '<!doctype html>upstream' }, /other than a reply about a token/],
    'half an answer': [{ status: 200, body: '{"active":tr' }, /other than a reply about a token/],
    'an array': [{ status: 200, body: '[]' }, /other than a reply about a token/],
    'active as text': [{ status: 200, body: '{"active":"true"}' }, /other than a reply about a token/],
    'ten megabytes': [{ status: 200, body: JSON.stringify({ active: true, upstream: 'x'.repeat(300_000) }) }, /more than an introspection reply/]
  }
  const gateway = await buildGateway(t)
  await gateway.app.inject('/ready')
  const each = collected(t)
  for (const [name, [failure, hint, retryAfter = /^5$/]] of Object.entries(cases)) {
    // one failure at a time: many in a row would open the circuit
    gateway.failWith = undefined
    await post(gateway, LIST, { authorization: 'Bearer token-inactive' })
    gateway.clock.advance(10_000)
    gateway.failWith = failure
    const refused = await post(gateway, LIST, { authorization: 'Bearer token-full' })
    isOutage(t, refused, retryAfter, name)
    each.equal(refused.body.id, undefined, 'the body was not read: there is no id to repeat')
    const fault = faults(gateway).at(-1)
    each.match(fault, { level: 50, code: 'GW_AUTHORIZATION_SERVER_UNAVAILABLE', hint }, name)
    each.match(gateway.decisions().at(-1), { granted: false, reason: 'fault', remark: 'GW_AUTHORIZATION_SERVER_UNAVAILABLE', status: 503 })
  }
  each.end()
  gateway.failWith = undefined
  t.equal((await post(gateway, LIST, { authorization: 'Bearer token-full' })).status, 200, 'a failure is not kept')
  t.notOk(gateway.log().includes('upstream'))
})

t.test('outage — when a live answer is demanded, a cached grant does not help, and the answer has the request\'s id', async t => {
  const gateway = await buildGateway(t)
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
  gateway.failWith = 'refused'
  gateway.clock.advance(1000)
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200, 'reading goes on from the cache')
  const refused = await call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 }, id: 'money' })
  isOutage(t, refused, /^5$/, 'reserve')
  t.equal(refused.body.id, 'money')
  t.equal((await gateway.store.findTicket(1))?.availableSeats, 50)
})

t.test('outage — an authorization server that hangs is given up at the deadline', async t => {
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const authorizationServer = { issuer: server.origin, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET, endpoint: `${server.origin}/introspect` }, deadlineMs: 100 }
  const gateway = await buildGateway(t, { network: true, config: { authorizationServer } })
  server.on('/introspect', () => {})
  isOutage(t, await post(gateway, LIST, { authorization: 'Bearer token-full' }), /^5$/, 'it never answers')
  t.match(faults(gateway).at(-1), { hint: /did not answer in time/ })
  server.on('/introspect', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).write('{"active":') })
  isOutage(t, await post(gateway, LIST, { authorization: 'Bearer token-full' }), /^5$/, 'it begins and stops')
  server.on('/introspect', answersJson(activeToken({ iss: server.origin })))
  t.equal((await post(gateway, LIST, { authorization: 'Bearer token-full' })).status, 200)
})

t.test('hint — an inactive token over the http/https trap is explained to the operator, once in ten minutes', async t => {
  covers('log.likely-cause')
  const issuer = 'https://as.example'
  const gateway = await buildGateway(t, { config: { authorizationServer: { issuer, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET, endpoint: 'http://localhost:9000/api/introspect' } } } })
  const hints = () => gateway.lines().filter(({ event }) => event === 'token-refused-hint')
  for (const token of ['a', 'b', 'c']) {
    const answer = await post(gateway, LIST, { authorization: `Bearer ${token}` })
    t.equal(answer.status, 401)
    t.notMatch(answer.text, 'http against https', 'the client is not told')
  }
  t.equal(hints().length, 1)
  t.match(hints()[0], { level: 40, reason: 'inactive', hint: /another URI than the resource identifier of this gateway \(http against https.*begins with http: while its issuer is on https:/ })
  gateway.clock.advance(600_000)
  await post(gateway, LIST, { authorization: 'Bearer d' })
  t.equal(hints().length, 2)
  gateway.tokens.set('e', activeToken({ iss: issuer, aud: 'https://localhost:3443/mcp', exp: Math.floor(gateway.clock.now() / 1000) + 600 }))
  await post(gateway, LIST, { authorization: 'Bearer e' })
  t.match(hints().at(-1), { reason: 'wrong-audience', hint: /RESOURCE_IDENTIFIER/ }, 'another reason has its own hint')
})

t.test('decision line — one for each request, with who, what, why and how long', async t => {
  covers('log.one-line-per-decision')
  const gateway = await buildGateway(t)
  const hash = (token: string) => createHash('sha256').update(token).digest('base64url').slice(0, 10)
  const requests: Array<[request: () => Promise<unknown>, line: Record<string, unknown>]> = [
    [() => call(gateway, { tool: 'list_tickets' }), { granted: true, reason: 'permitted', tool: 'list_tickets', method: 'tools/call', clientId: 'client-1', tokenHash: hash('token-full'), status: 200 }],
    [() => call(gateway, { tool: 'list_tickets', args: { limit: 0 } }), { granted: true, reason: 'permitted', remark: 'invalid-arguments', status: 200 }],
    [() => call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 99, seats: 1 } }), { granted: true, reason: 'permitted', remark: 'ticket-not-found', status: 200 }],
    [() => call(gateway, { token: 'token-read', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } }), { granted: false, reason: 'insufficient-scope', tool: 'reserve_ticket', clientId: 'client-1', tokenHash: hash('token-read'), status: 403 }],
    [() => call(gateway, { token: 'token-limited', tool: 'reserve_ticket', args: { ticket_id: 2, seats: 2 } }), { granted: false, reason: 'insufficient-authorization', remark: 'insufficient:maxAmount', status: 403 }],
    [() => call(gateway, { token: 'token-inactive', tool: 'list_tickets' }), { granted: false, reason: 'inactive', tokenHash: hash('token-inactive'), status: 401 }],
    [() => call(gateway, { token: 'token-wrong-audience', tool: 'list_tickets' }), { granted: false, reason: 'wrong-audience', status: 401 }],
    [() => post(gateway, LIST), { granted: false, reason: 'missing-token', status: 401 }],
    [() => post(gateway, LIST, { authorization: 'Bearer a b' }), { granted: false, reason: 'malformed-credentials:syntax', status: 400 }],
    [() => post(gateway, LIST, { origin: 'https://evil.example' }), { granted: false, reason: 'origin-not-allowed', status: 403 }],
    [() => post(gateway, '{', { authorization: 'Bearer token-full' }), { granted: false, reason: 'unreadable-body', clientId: 'client-1', tokenHash: hash('token-full'), status: 400 }],
    [() => post(gateway, [], { authorization: 'Bearer token-full' }), { granted: false, reason: 'protocol-error', remark: '-32600', status: 400 }],
    [() => call(gateway, { tool: 'nothing' }), { granted: false, reason: 'unknown-tool', status: 200 }],
    [() => post(gateway, message('tools/list', {}).body, { authorization: 'Bearer token-full' }), { granted: true, reason: 'authenticated', method: 'tools/list', status: 200 }],
    [() => post(gateway, { jsonrpc: '2.0', method: 'notifications/initialized' }, { authorization: 'Bearer token-full' }), { granted: true, reason: 'authenticated', status: 202 }],
    [() => gateway.app.inject({ method: 'DELETE', url: '/mcp' }), { granted: false, reason: 'method-not-allowed', status: 405 }]
  ]
  for (const [index, [request, line]] of requests.entries()) {
    await request()
    const decisions = gateway.decisions()
    t.equal(decisions.length, index + 1, `one more line: ${String(line['reason'])}`)
    t.match(decisions.at(-1), { ...line, level: 30, event: 'decision', durationMs: Number })
  }
  gateway.clock.advance(1)
  const retry = await call(gateway, { token: 'token-limited', tool: 'reserve_ticket', args: { ticket_id: 2, seats: 1 }, meta: { 'io.modelcontextprotocol/authorization-context-id': 'ctx-1' } })
  t.equal(retry.status, 200)
  t.match(gateway.decisions().at(-1), { retryOf: 'ctx-1' })
})

t.test('decision line — durations are measured on the clock that never jumps', async t => {
  const slow = 40
  let advance = (_ms: number) => {}
  const gateway = await buildGateway(t, { store: store => ({ ...store, listTickets: async limit => { advance(slow); return store.listTickets(limit) } }) })
  advance = gateway.clock.advance
  await call(gateway, { tool: 'list_tickets' })
  t.match(gateway.decisions().at(-1), { authenticationMs: 0, durationMs: slow })
})

t.test('log — a flood of different requests leaves no token, secret or credential in it, at the lowest level', async t => {
  covers('log.no-secrets', 'http.query-token-refused')
  const marks = ['SECRETFULL', 'SECRETREAD', 'SECRETLIMITED', 'SECRETUNKNOWN', 'SECRETQUERY', 'SECRETCRASH', 'SECRETBASIC', 'SECRETSUBJECT', 'SECRETTITLE', 'SECRETPATH', 'SECRETUPSTREAM', 'SECRETHEADER', 'SECRETBODY']
  const crash = new Error('boom SECRETCRASH\n    at SECRETCRASH (SECRETCRASH:1:1)')
  const gateway = await buildGateway(t, {
    tokens: {
      SECRETFULL: activeToken({ sub: 'SECRETSUBJECT' }),
      SECRETREAD: activeToken({ scope: 'mcp:tickets:read' }),
      SECRETLIMITED: activeToken({ ...limitedTo(1000), sub: 'SECRETSUBJECT' })
    },
    store: store => ({
      ...store,
      searchTickets: search => search.title === 'crash' ? Promise.reject(crash) : store.searchTickets(search),
      findTicket: id => { if (id === 2) throw crash; return store.findTicket(id) }
    })
  })
  const { app } = gateway
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const raw = (...lines: string[]) => rawRequest(app, ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines], JSON.stringify(LIST))
  for (const token of ['SECRETFULL', 'SECRETREAD', 'SECRETLIMITED', 'SECRETUNKNOWN']) {
    for (const [tool, args] of [['list_tickets', {}], ['search_tickets', { title: 'SECRETTITLE' }], ['search_tickets', { title: 'crash' }], ['reserve_ticket', { ticket_id: 1, seats: 1 }], ['reserve_ticket', { ticket_id: 2, seats: 1 }], ['reserve_ticket', { ticket_id: 'SECRETTITLE', SECRETTITLE: 1 }], ['cancel_reservation', { reservation_id: 7 }], ['SECRETTITLE', {}]] as const) {
      await call(gateway, { token, tool, args })
      await call(gateway, { token, tool, args, era: 'modern' })
    }
    for (const body of ['', '{SECRETBODY', '[]', '"SECRETBODY"', '{"jsonrpc":"2.0","id":"SECRETBODY","method":"SECRETBODY"}', '{"__proto__":"SECRETBODY"}', '{"jsonrpc":"2.0","id":1,"method":"ping","SECRETBODY":1}']) {
      await post(gateway, body, bearer(token))
      await post(gateway, body, { ...bearer(token), 'content-type': 'text/plain; SECRETHEADER=1' })
      await post(gateway, body, { ...bearer(token), 'content-encoding': 'SECRETHEADER' })
    }
    await post(gateway, LIST, { ...bearer(token), 'mcp-protocol-version': 'SECRETHEADER' })
    await post(gateway, LIST, { ...bearer(token), origin: 'https://SECRETHEADER.example' })
    await raw(`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`)
    await raw(`Authorization: Bearer ${token},`)
    await raw(`Authorization: Bearer "${token}"`)
    await raw(`Authorization: ${token}`)
    await raw(`Authorization: Bearer ${token}`, 'Bad Header')
    await raw(`Authorization: Bearer ${token}${'x'.repeat(60_000)}`)
    await raw('Authorization: Basic SECRETBASIC')
  }
  for (const query of ['access_token=SECRETQUERY', 'access%5Ftoken=SECRETQUERY', 'x=1;access_token=SECRETQUERY', 'ACCESS_TOKEN=SECRETQUERY']) {
    for (const method of ['POST', 'GET', 'OPTIONS'] as const) {
      for (const path of ['/mcp', '/SECRETPATH', '/mcp/tools', '/docs/mcp']) await app.inject({ method, url: `${path}?${query}`, headers: bearer('SECRETFULL') })
    }
  }
  await app.inject('/%zzSECRETPATH')
  for (const failWith of ['refused', { status: 500, body: 'SECRETUPSTREAM' }, { status: 200, body: '{"active":true,"exp":"SECRETUPSTREAM"}' }, { status: 302, body: '', headers: { location: 'http://SECRETUPSTREAM/' } }, { status: 200, body: 'SECRETUPSTREAM' }] as const) {
    gateway.failWith = failWith
    await call(gateway, { token: 'SECRETFULL', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
    await call(gateway, { token: `SECRETUNKNOWN${failWith === 'refused' ? 1 : failWith.status}`, tool: 'list_tickets' })
    await app.inject('/ready')
  }
  await gateway.store.close()
  gateway.failWith = undefined
  await call(gateway, { token: 'SECRETFULL', tool: 'list_tickets' })
  await app.inject('/ready')

  const log = gateway.log()
  t.ok(gateway.lines().length > 150, 'there is a log to look at')
  t.ok(gateway.lines().some(({ code }) => code === 'GW_TOOL_FAILED'), 'a tool has crashed')
  for (const mark of marks) t.notOk(log.toUpperCase().includes(mark), mark)
  for (const secret of [CLIENT_SECRET, Buffer.from(`mcp-server:${CLIENT_SECRET}`).toString('base64'), ...gateway.tokens.keys()]) t.notOk(log.includes(secret), secret)
  t.notOk(/bearer|basic /i.test(log))
  t.notOk(log.includes(String([...Buffer.from('SECRETFULL')])), 'nor as bytes')
  t.notOk(log.includes('"authorization"'), 'nor any header of that name')
})

t.test('query — a token there is refused even beside a good one, and the challenge says so', async t => {
  const gateway = await buildGateway(t)
  for (const url of ['/mcp?access_token=token-full', '/mcp?x=1&access_token=', '/mcp?access%5Ftoken=token-full', '/mcp?a=b;access_token=token-full']) {
    const { statusCode, headers } = await gateway.app.inject({ method: 'POST', url, payload: LIST, headers: { authorization: 'Bearer token-full' } })
    t.equal(statusCode, 400, url)
    t.match(challengeOf({ headers }), { error: 'invalid_request', error_description: /never in the URL/ })
  }
  t.equal(gateway.asked.length, 0)
  const form = await post(gateway, 'access_token=token-full', { 'content-type': 'application/x-www-form-urlencoded' })
  t.equal(form.status, 401, 'nor is one taken from a body')
  t.equal((await post(gateway, { ...LIST, access_token: 'token-full' }, {})).status, 401)
})

t.test('flood — a hundred cold calls with one token make one introspection; junk evicts no grant', async t => {
  covers('auth.single-flight')
  const gateway = await buildGateway(t, { config: { cache: { maxEntries: 10 } } })
  const answers = await Promise.all(Array.from({ length: 100 }, () => call(gateway, { tool: 'list_tickets' })))
  t.ok(answers.every(({ status }) => status === 200))
  t.strictSame(gateway.asked, ['token-full'])
  for (let junk = 0; junk < 100; junk += 1) await post(gateway, LIST, { authorization: `Bearer junk-${junk}` })
  const before = gateway.asked.length
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
  t.equal(gateway.asked.length, before, 'the good token is still known')
})

t.test('events — an observer is told of hits, misses and inquiries', async t => {
  const gateway = await buildGateway(t)
  await call(gateway, { tool: 'list_tickets' })
  await call(gateway, { tool: 'list_tickets' })
  await post(gateway, LIST, { authorization: 'Bearer token-inactive' })
  await post(gateway, LIST, { authorization: 'Bearer token-inactive' })
  t.strictSame(gateway.events.map(({ kind }) => kind), ['cache-miss', 'inquiry', 'cache-hit', 'cache-miss', 'inquiry', 'negative-hit'])
  t.notMatch(JSON.stringify(gateway.events), 'token-full')
})
