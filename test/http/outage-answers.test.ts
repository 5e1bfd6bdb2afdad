// An authorization server that fails is a 503 and never a bad token, and the log names the likely cause to the operator.

import t, { type Test } from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import {
  activeToken, buildGateway, call, CLIENT_SECRET, message, post, type CallAnswer, type Gateway, type RawReply
} from '../support/gateway.ts'
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
