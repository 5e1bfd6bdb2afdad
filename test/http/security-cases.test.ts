// What has gone wrong in systems like this one: every case has a test, here or elsewhere, or a reason why it cannot happen.

import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { requirements } from '../requirements.ts'
import {
  activeToken, buildGateway, call, challengeOf, ISSUER, limitedTo, message, post, RESOURCE, type CallAnswer, type Gateway, type IntrospectionReply
} from '../support/gateway.ts'
import { collected } from '../support/collected.ts'
import { MANUAL_CLOCK_START_SECONDS as NOW } from '../support/manual-clock.ts'
import { portOf, rawRequest } from '../support/raw-request.ts'
import { SECURITY_CASES } from '../support/security-cases.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body
const HEAD = ['Host: localhost:3443', 'Content-Type: application/json']
const GOOD = 'Authorization: Bearer token-full'

/** A gateway that knows one token for each reply, by its name. */
const withTokens = (t: Test, replies: Readonly<Record<string, IntrospectionReply>>): Promise<Gateway> =>
  buildGateway(t, { tokens: Object.fromEntries(Object.keys(replies).map((name, index) => [`case-${index}`, replies[name] ?? {}])) })

async function eachIs (t: Test, replies: Readonly<Record<string, IntrospectionReply>>, ask: (gateway: Gateway, token: string) => Promise<CallAnswer>, status: number, error: string): Promise<void> {
  const gateway = await withTokens(t, replies)
  for (const [index, name] of Object.keys(replies).entries()) {
    const answer = await ask(gateway, `case-${index}`)
    t.equal(answer.status, status, name)
    t.equal(challengeOf(answer)['error'], error, name)
  }
}

const list = (gateway: Gateway, token = 'token-full'): Promise<CallAnswer> => call(gateway, { token, tool: 'list_tickets' })
const reserve = (gateway: Gateway, token: string, args: object = { ticket_id: 3, seats: 1 }): Promise<CallAnswer> => call(gateway, { token, tool: 'reserve_ticket', args })

/** Bytes on a connection, and everything that comes back until it is closed. */
async function exchange (gateway: Gateway, bytes: string): Promise<string> {
  const socket = connect(await portOf(gateway.app), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.end(bytes)
  await closed
  return Buffer.concat(chunks).toString()
}

const tests: Readonly<Record<string, (t: Test) => Promise<void>>> = {
  async 'a token for another resource, without an audience, or with one that only looks alike' (t) {
    const audiences: unknown[] = [
      'https://other.example/mcp', [], null, 7, true, {}, '', [''], [null], [[RESOURCE]], `${RESOURCE}-evil`, `${RESOURCE}/`, `${RESOURCE}?x`, `x ${RESOURCE}`,
      RESOURCE.toUpperCase(), RESOURCE.replace('localhost', '127.0.0.1'), RESOURCE.replace('http', 'https'), RESOURCE.slice(0, -1), [`${RESOURCE} ${RESOURCE}`], 'http://localhost:3443'
    ]
    const replies = Object.fromEntries(audiences.map(aud => [JSON.stringify(aud), activeToken({ aud })]))
    const { aud: _, ...without } = activeToken()
    await eachIs(t, { ...replies, 'no aud at all': without }, list, 401, 'invalid_token')
    const gateway = await withTokens(t, { text: activeToken({ aud: RESOURCE }), among: activeToken({ aud: ['https://other.example', RESOURCE] }) })
    for (const token of ['case-0', 'case-1']) t.equal((await list(gateway, token)).status, 200, 'ours, alone or among others')
  },

  async 'cached under a cheap tool, used on a dear one' (t) {
    const gateway = await buildGateway(t)
    t.equal((await list(gateway, 'token-read')).status, 200)
    t.equal((await reserve(gateway, 'token-read')).status, 403)
    t.equal((await list(gateway, 'token-limited')).status, 200)
    t.equal((await reserve(gateway, 'token-limited', { ticket_id: 1, seats: 3 })).status, 403, 'nor beyond its limit')
  },

  async 'exp passing while cached, and a hit that extends life' (t) {
    const gateway = await buildGateway(t, { tokens: { short: activeToken({ exp: NOW + 20 }), long: activeToken() } })
    for (let second = 0; second < 20; second += 1) {
      t.equal((await list(gateway, 'short')).status, 200)
      await list(gateway, 'long')
      gateway.clock.advance(1000)
    }
    t.equal((await list(gateway, 'short')).status, 401, 'refused from the second on that exp names')
    t.equal(gateway.asked.filter(token => token === 'long').length, 1)
    for (let second = 0; second < 11; second += 1) {
      await list(gateway, 'long')
      gateway.clock.advance(1000)
    }
    t.equal(gateway.asked.filter(token => token === 'long').length, 2, 'a token that is used all the time is asked about all the same')
  },

  async 'exp missing, huge, negative, not a number' (t) {
    const replies = Object.fromEntries([-1, 1e300, 99_999_999_999_999, '1800003600', null, {}, [], true].map(exp => [JSON.stringify(exp), activeToken({ exp })]))
    await eachIs(t, replies, list, 401, 'invalid_token')
    const { exp: _, ...without } = activeToken()
    t.equal((await list(await withTokens(t, { without }), 'case-0')).status, 401, 'a token that never ends is refused …')
    const gateway = await buildGateway(t, { tokens: { without }, config: { authorizationServer: { issuer: ISSUER, requireExpiry: false } } })
    t.equal((await list(gateway, 'without')).status, 200, '… unless configuration says that this server issues such tokens, …')
    gateway.clock.advance(31_000)
    await list(gateway, 'without')
    t.equal(gateway.asked.length, 2, '… and then the time to live of the cache is the limit')
  },

  async 'a flood of random tokens grows memory or evicts good entries' (t) {
    const gateway = await buildGateway(t, { config: { cache: { maxEntries: 50 } } })
    t.equal((await list(gateway)).status, 200)
    for (let index = 0; index < 500; index += 1) await list(gateway, `junk-${index}`)
    const asked = gateway.asked.length
    t.equal((await list(gateway)).status, 200)
    t.equal(gateway.asked.length, asked, 'the good one is still known')
    await list(gateway, 'junk-0')
    t.equal(gateway.asked.length, asked + 1, 'and of the others only so many')
  },

  async 'a token in the body' (t) {
    const gateway = await buildGateway(t)
    const without = await post(gateway, { ...LIST, access_token: 'token-full' })
    t.equal(without.status, 401)
    t.equal((await post(gateway, 'access_token=token-full', { 'content-type': 'application/x-www-form-urlencoded' })).status, 401)
    t.equal(gateway.asked.length, 0)
    t.notOk(gateway.log().includes('token-full'))
  },

  async 'a header that is folded, misspelt, or hidden from one of two readers' (t) {
    const gateway = await buildGateway(t)
    const hidden = [
      'Authorization:\r\n Bearer token-full', 'Authorization : Bearer token-full', 'Authorization\t: Bearer token-full', ' Authorization: Bearer token-full',
      'X-Nothing: 1\nAuthorization: Bearer token-full', 'X-Nothing: 1\rAuthorization: Bearer token-full', 'Authorization: Bearer token\0full', 'Authorization; Bearer token-full',
      'Authorization_: Bearer token-full', 'Proxy-Authorization: Bearer token-full', 'X-Authorization: Bearer token-full', 'X-Forwarded-Access-Token: token-full', 'Cookie: access_token=token-full',
      'Authoriz\u0430tion: Bearer token-full'
    ]
    for (const line of hidden) {
      const { status } = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, line], JSON.stringify(LIST))
      t.ok([400, 401].includes(status), `${JSON.stringify(line)}: ${status}`)
    }
    t.equal(gateway.decisions().filter(({ granted }) => granted === true).length, 0)
    t.equal((await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, 'Connection: Authorization', GOOD], JSON.stringify(LIST))).status, 200, 'a header that is named hop-by-hop is still the one that was sent')
  },

  async 'headers that name another method or another path' (t) {
    const gateway = await buildGateway(t)
    for (const line of ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST']) {
      t.equal((await rawRequest(gateway.app, ['GET /mcp HTTP/1.1', ...HEAD, GOOD, line])).status, 405, line)
    }
    for (const line of ['X-Original-URL: /mcp', 'X-Rewrite-URL: /mcp', 'X-Forwarded-Path: /mcp', 'X-Forwarded-Prefix: /mcp']) {
      t.equal((await rawRequest(gateway.app, ['POST /health-not HTTP/1.1', ...HEAD, GOOD, line], JSON.stringify(LIST))).status, 404, line)
      t.equal((await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, line.replace('/mcp', '/health')], JSON.stringify(LIST))).status, 401, line)
    }
  },

  async 'a second request smuggled behind the first' (t) {
    const gateway = await buildGateway(t)
    const body = JSON.stringify(LIST)
    const second = `POST /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const framings = {
      'length and chunked': `Content-Length: ${second.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
      'chunked and length': `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${second}`,
      'two lengths': `Content-Length: 0\r\nContent-Length: ${second.length}\r\n\r\n${second}`,
      'two lengths in one': `Content-Length: 0, ${second.length}\r\n\r\n${second}`,
      'a length with a sign': `Content-Length: +0\r\n\r\n${second}`,
      'a length in hex': `Content-Length: 0x0\r\n\r\n${second}`,
      'a coding nobody knows': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${second}`,
      'two codings': `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${second}`,
      'a coding after a tab': `Transfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${second}`,
      'a blank before the colon': `Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${second}`,
      'a chunk size with an end': `Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n${second}`,
      'a chunk size that overflows': `Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n${second}`
    }
    for (const [name, framing] of Object.entries(framings)) {
      const before = gateway.decisions().filter(({ granted }) => granted === true).length
      const received = await exchange(gateway, `POST /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n${GOOD}\r\n${framing}`)
      t.notMatch(received, 'structuredContent', `${name}: no tool ran`)
      t.notMatch(received, /HTTP\/1\.1 200/, name)
      t.equal(gateway.decisions().filter(({ granted }) => granted === true).length, before, `${name}: the token of the first is not that of the second`)
    }
    t.equal((await list(gateway)).status, 200, 'and the gateway is well')
  },

  async 'a protocol that is not HTTP/1.1' (t) {
    const gateway = await buildGateway(t)
    const odd = [
      'GET /mcp\r\n\r\n', `POST /mcp HTTP/0.9\r\n${GOOD}\r\n\r\n`, `POST /mcp HTTP/2.0\r\n${GOOD}\r\n\r\n`, `POST /mcp HTTP/1.9\r\n${GOOD}\r\n\r\n`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01', `post /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n${GOOD}\r\n\r\n`,
      `CONNECT localhost:3443 HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n${GOOD}\r\n\r\n`, `POST  /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n\r\n`
    ]
    for (const bytes of odd) {
      const received = await exchange(gateway, bytes)
      t.notMatch(received, /^HTTP\/1\.1 2/, JSON.stringify(bytes.slice(0, 24)))
    }
    const old = await exchange(gateway, `POST /mcp HTTP/1.0\r\n${HEAD.join('\r\n')}\r\nContent-Length: ${JSON.stringify(LIST).length}\r\n\r\n${JSON.stringify(LIST)}`)
    t.match(old, /^HTTP\/1\.1 401/, 'HTTP/1.0 is decided about like any other')
    const upgrade = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'], JSON.stringify(LIST))
    t.ok([400, 401].includes(upgrade.status), 'an upgrade opens no other door')
    t.equal(gateway.decisions().filter(({ granted }) => granted === true).length, 0)
  },

  async 'deep nesting, duplicate keys, "Method", __proto__, an argument of 1 MB' (t) {
    const gateway = await buildGateway(t)
    const headers = { authorization: 'Bearer token-read' }
    const tool = (name: string, args: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`
    const bodies = {
      'deep nesting': `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'deep arguments': tool('list_tickets', `{"limit":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`),
      'two methods': '{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"tools/call","params":{"name":"list_tickets","name":"reserve_ticket","arguments":{"ticket_id":1,"seats":1}}}',
      'a method in capitals': '{"jsonrpc":"2.0","id":1,"Method":"tools/call","params":{"name":"list_tickets"}}',
      __proto__: '{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"granted":true},"params":{"name":"reserve_ticket","arguments":{"ticket_id":1,"seats":1}}}',
      'arguments from a prototype': tool('reserve_ticket', '{"__proto__":{"ticket_id":1,"seats":1}}'),
      'constructor as a tool': tool('constructor', '{}'),
      'an argument of 1 MB': tool('search_tickets', `{"title":"${'x'.repeat(1_000_000)}"}`),
      'a body beyond the limit': tool('search_tickets', `{"title":"${'x'.repeat(1_100_000)}"}`)
    }
    for (const [name, body] of Object.entries(bodies)) {
      const answer = await post(gateway, body, headers)
      t.ok([200, 400, 403, 404, 413].includes(answer.status), `${name}: ${answer.status}`)
      t.notMatch(answer.text, '"reservation"', `${name}: nothing is reserved`)
    }
    t.equal((await gateway.store.findTicket(1))?.availableSeats, 50)
    t.equal(({} as { granted?: boolean }).granted, undefined)
  },

  async 'maxAmount as text, NaN, 1e309, negative, fraction, 0, above 2^53' (t) {
    const amounts: unknown[] = ['10000', 'NaN', null, true, [10_000], {}, -1, -0.5, 0, 0.5, 2 ** 53 + 2, 1e300]
    const replies = Object.fromEntries(amounts.map(amount => [JSON.stringify(amount), activeToken({ authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: amount, currency: 'JPY' }] })]))
    await eachIs(t, replies, reserve, 403, 'insufficient_authorization')
    const gateway = await buildGateway(t)
    for (const raw of ['1e309', '-1e309', 'NaN', 'Infinity', '1e999999']) {
      gateway.failWith = { status: 200, body: JSON.stringify(activeToken(limitedTo(7))).replace('"maxAmount":7', `"maxAmount":${raw}`) }
      const { status } = await reserve(gateway, `raw-${raw}`)
      t.ok(status === 403 || status === 503, `${raw}: refused (${status})`)
    }
    t.equal((await gateway.store.findTicket(3))?.availableSeats, 100)
  },

  async 'another currency, no book, another server, past validUntil' (t) {
    const more = [
      { currency: 'USD' }, { currency: 'jpy' }, { currency: '' }, { actions: ['cancel'] }, { actions: [] }, { actions: 'book' }, { actions: ['BOOK'] },
      { locations: ['https://other.example/mcp'] }, { locations: [`${RESOURCE}/`] }, { locations: RESOURCE }, { validUntil: '2000-01-01T00:00:00Z' }, { validUntil: 'tomorrow' }, { ticketIds: [1] }, { ticketIds: ['3'] }, { unknown: 1 }
    ]
    await eachIs(t, Object.fromEntries(more.map(members => [JSON.stringify(members), activeToken(limitedTo(100_000, members))])), reserve, 403, 'insufficient_authorization')
  },

  async 'a denial that reveals another person\'s data' (t) {
    const gateway = await buildGateway(t, { tokens: { 'token-other-limited': activeToken({ sub: '2001', ...limitedTo(100) }) } })
    const reserved = await reserve(gateway, 'token-limited', { ticket_id: 3, seats: 2 })
    t.equal(reserved.status, 200)
    const id = (reserved.body.result?.structuredContent as { reservation: { id: number } }).reservation.id
    const cancel = (reservation: number): Promise<CallAnswer> => call(gateway, { token: 'token-other-limited', tool: 'cancel_reservation', args: { reservation_id: reservation } })
    const [another, none] = [await cancel(id), await cancel(id + 1000)]
    t.equal(another.text, none.text.replaceAll(String(id + 1000), String(id)), 'byte for byte what one that does not exist gets')
    const refused = await reserve(gateway, 'token-other-limited')
    t.equal(refused.status, 403)
    t.notMatch(`${refused.text}${JSON.stringify(refused.headers)}`, /1004|client-1|6000/)
  },

  async 'a bound token presented as Bearer, out of the cache' (t) {
    const gateway = await withTokens(t, { dpop: activeToken({ cnf: { jkt: 'x' } }), mtls: activeToken({ cnf: { 'x5t#S256': 'x' } }), empty: activeToken({ cnf: {} }), type: activeToken({ token_type: 'DPoP' }) })
    for (const token of ['case-0', 'case-1', 'case-2', 'case-3']) {
      for (const time of ['asked', 'cached']) t.equal((await list(gateway, token)).status, 401, `${token} ${time}`)
    }
    t.equal(gateway.asked.length, 4)
  }
}

const cases = Object.entries(SECURITY_CASES).flatMap(([subject, list]) => list.map(entry => ({ subject, ...entry })))

for (const { subject, name, shownBy, notApplicable } of cases) {
  const test = tests[name]
  if (test !== undefined) t.test(`${subject} — ${name}`, test)
  else t.ok(shownBy !== undefined || notApplicable !== undefined, `${subject} — ${name}: ${notApplicable ?? `shown by ${shownBy?.join(', ') ?? 'nothing'}`}`)
}

t.test('cases — every test here belongs to one, and what others show is a requirement that a test cites', t => {
  const names = cases.map(({ name }) => name)
  t.equal(new Set(names).size, names.length)
  t.same(Object.keys(tests).filter(name => !names.includes(name)), [])
  const cited = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts') && !file.includes('node_modules')).map(file => readFileSync(`test/${file}`, 'utf8')).join('\n')
  const each = collected(t)
  for (const id of new Set(cases.flatMap(({ shownBy = [] }) => shownBy))) {
    each.ok(Object.hasOwn(requirements, id), id)
    each.ok(new RegExp(`covers\\([^)]*'${id.replace('.', '\\.')}'`).test(cited), `${id} is cited`)
  }
  each.end()
  t.end()
})
