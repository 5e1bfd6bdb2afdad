// Too much, too fast, too slow: how often people and addresses may ask, what happens when the process cannot keep up, and how
// long a client may take.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import underPressure from '@fastify/under-pressure'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { mcpResourceGateway } from '../../src/index.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { describeConfig } from '../../src/config/redaction.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { activeToken, buildGateway, call, CLIENT_SECRET, ISSUER, RESOURCE, type CallAnswer, type Gateway } from '../support/gateway.ts'
import { portOf } from '../support/raw-request.ts'
import { startStandInRedis } from '../support/redis-server.ts'

const SECOND_TOKEN = { 'token-second': activeToken({ client_id: 'client-9' }) }
const list = (gateway: Gateway, token = 'token-full'): Promise<CallAnswer> => call(gateway, { token, tool: 'list_tickets' })

async function statusesOf (gateway: Gateway, tokens: readonly string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const token of tokens) statuses.push((await list(gateway, token)).status)
  return statuses
}

function isTooMany (t: Test, answer: CallAnswer): void {
  t.equal(answer.status, 429)
  const retryAfterSeconds = Number(answer.headers['retry-after'])
  t.ok(retryAfterSeconds >= 1 && retryAfterSeconds <= 60)
  t.match(answer.body, { jsonrpc: '2.0', error: { code: 429, data: { retryAfterSeconds } } })
  t.match(answer.headers['content-type'], 'application/json')
  t.equal(answer.headers['www-authenticate'], undefined, 'the token is not blamed')
}

t.test('rate limit — a person may ask so often a minute, with whatever tokens; others are not touched', async t => {
  covers('limits.rate-per-person')
  const gateway = await buildGateway(t, { config: { limits: { requestsPerMinutePerPerson: 3 } }, tokens: SECOND_TOKEN })
  t.same(await statusesOf(gateway, ['token-full', 'token-second', 'token-full']), [200, 200, 200])
  isTooMany(t, await list(gateway, 'token-second'))
  isTooMany(t, await list(gateway, 'token-full'))
  t.equal((await list(gateway, 'token-other-person')).status, 200, 'somebody else')
  t.equal((await list(gateway, 'token-inactive')).status, 401, 'nobody is counted before it is known who it is')
  t.equal((await call(gateway, { tool: 'list_tickets', token: 'token-full', headers: { 'content-type': 'text/plain' } })).status, 429,
    'the body is not even looked at')
  t.match(gateway.decisions().filter(({ status }) => status === 429)[0],
    { granted: false, reason: 'rate-limited:person', clientId: 'client-9' })
  t.equal((await gateway.app.inject('/health')).statusCode, 200)
})

t.test('rate limit — an address is counted only where configuration says so, before the token is looked at', async t => {
  covers('limits.rate-per-address')
  const gateway = await buildGateway(t, { config: { limits: { requestsPerMinutePerPerson: 0, requestsPerMinutePerAddress: 2 } } })
  t.same(await statusesOf(gateway, ['token-inactive', 'token-full']), [401, 200])
  isTooMany(t, await list(gateway, 'token-full'))
  isTooMany(t, await call(gateway, { tool: 'list_tickets', headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' } }))
  t.equal(gateway.asked.length, 2, 'and nothing is asked about it')
})

t.test('rate limit — an IPv6 network is one address, and an IPv4 address is the same in either form', async t => {
  covers('limits.rate-per-address')
  const gateway = await buildGateway(t, { config: { limits: { requestsPerMinutePerPerson: 0, requestsPerMinutePerAddress: 2 } } })
  const statusFrom = async (remoteAddress: string) => (await gateway.app.inject(
    { method: 'POST', url: '/mcp', remoteAddress, headers: { authorization: 'Bearer token-inactive' } }
  )).statusCode
  for (const [addresses, statuses] of [
    [['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:DB8:0:1::2', '2001:db8:0:2::1'], [401, 401, 429, 401]],
    [['203.0.113.9', '::ffff:203.0.113.9', '203.0.113.9', '203.0.113.10'], [401, 401, 429, 401]]
  ] as const) {
    const found: number[] = []
    for (const address of addresses) found.push(await statusFrom(address))
    t.same(found, statuses)
  }
})

t.test('rate limit — off for practice on one machine, at least 600 a minute otherwise, and never by address unless chosen', t => {
  const least = {
    resource: { identifier: RESOURCE },
    authorizationServer: { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET } }
  }
  const { limits } = parseConfig(least)
  t.ok(limits.requestsPerMinutePerPerson >= 600)
  t.equal(limits.requestsPerMinutePerAddress, 0)
  const local = JSON.parse(readFileSync('config/local.json', 'utf8')) as { limits: { requestsPerMinutePerPerson: number } }
  t.equal(local.limits.requestsPerMinutePerPerson, 0)
  const described = describeConfig(parseConfig({ ...least, limits: { rateLimitRedisUrl: 'redis://:redis-password@localhost' } }))
  t.notOk(JSON.stringify(described).includes('redis-password'), 'the password of Redis is not told')
  t.end()
})

t.test('rate limit — several gateways count together in Redis, by names that tell nobody; without it nobody is refused', async t => {
  covers('limits.rate-shared')
  const redis = await startStandInRedis()
  t.teardown(redis.close)
  const limits = { requestsPerMinutePerPerson: 4, rateLimitRedisUrl: redis.url }
  const [first, second] = await Promise.all([buildGateway(t, { config: { limits } }), buildGateway(t, { config: { limits } })])
  // until it is connected a gateway does not count
  await eventually('both count in Redis', async () => {
    const before = redis.counters.size
    await Promise.all([list(first, 'token-other-person'), list(second, 'token-other-person')])
    return before > 0 && [...redis.counters].every(([key, count]) => !key.includes(':person:') || count >= 4)
  })
  t.same(await statusesOf(first, ['token-full', 'token-full']), [200, 200])
  t.same(await statusesOf(second, ['token-full', 'token-full', 'token-full']), [200, 200, 429])
  isTooMany(t, await list(first))
  const names = [...redis.counters.keys()].join(' ')
  for (const told of ['1004', '2001', ISSUER, 'token-', 'localhost']) t.notOk(names.includes(told), `no ${told} in ${names}`)

  await redis.close()
  t.equal((await list(first)).status, 200, 'what only protects the machine does not keep people out when it fails')
  await list(first)
  t.equal(first.lines().filter(({ event }) => event === 'rate-limit-unavailable').length, 1, 'which is told, once a minute')
  t.notOk(first.log().includes(redis.url))
})

t.test('load shedding — work that waits too long turns requests away, never health, until it no longer waits', async t => {
  covers('limits.load-shedding')
  const gateway = await buildGateway(t, { config: { limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 30 } } })
  t.equal((await list(gateway)).status, 200)
  let busy = true
  const keepBusy = (): void => {
    const endAt = performance.now() + 120
    while (performance.now() < endAt);
    if (busy) setImmediate(keepBusy)
  }
  keepBusy()
  let shed: CallAnswer | undefined
  await eventually('requests are refused', async () => {
    const answer = await list(gateway)
    if (answer.status === 503) shed = answer
    return shed !== undefined
  })
  t.match(shed?.body, { jsonrpc: '2.0', error: { code: 503 } })
  t.match(shed?.headers['retry-after'], /^[1-9]/)
  const asked = gateway.asked.length
  t.equal((await list(gateway, 'token-read')).status, 503)
  t.equal(gateway.asked.length, asked, 'nothing is done for a request that is turned away')
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'overloaded', status: 503 })
  t.equal((await gateway.app.inject('/health')).statusCode, 200, 'health still answers')
  t.equal((await gateway.app.inject('/.well-known/oauth-protected-resource/mcp')).statusCode, 200)
  busy = false
  await eventually('requests are served again', async () => (await list(gateway)).status === 200)
})

t.test('load shedding — a host that uses @fastify/under-pressure decides itself', async t => {
  covers('limits.load-shedding')
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(underPressure, { healthCheck: () => Promise.resolve(false), healthCheckInterval: 60_000 })
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET } }
    },
    tools: [],
    server: { name: 'host', version: '1.0.0' }
  })
  const answer = await app.inject({ method: 'POST', url: '/mcp' })
  t.match([answer.statusCode, answer.headers['retry-after'], answer.json()], [503, '10', { jsonrpc: '2.0', error: { code: 503 } }])
})

t.test('readiness — however many ask, the database is asked once at a time', async t => {
  covers('limits.readiness-shared')
  let pings = 0
  let answer = () => {}
  const gateway = await buildGateway(t, {
    store: store => ({ ...store, ping: () => { pings += 1; return new Promise(resolve => { answer = resolve }) } })
  })
  const ready = () => gateway.app.inject('/ready')
  const asked = Array.from({ length: 200 }, ready)
  await eventually('the storage is asked', () => pings > 0)
  await gateway.app.inject('/health')
  answer()
  t.same([...new Set((await Promise.all(asked)).map(({ statusCode }) => statusCode))], [200])
  t.equal(pings, 1)
  const later = ready()
  await eventually('and asked anew afterwards', () => pings === 2)
  answer()
  t.equal((await later).statusCode, 200)
})

/** A connection, and all that came over it once it has been closed. */
async function opened (
  gateway: Gateway
): Promise<{ readonly socket: Socket, readonly received: () => string, readonly closed: Promise<unknown> }> {
  const socket = connect(await portOf(gateway.app), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  await once(socket, 'connect')
  return { socket, received: () => Buffer.concat(chunks).toString(), closed }
}

const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost:3443\r\nContent-Type: application/json\r\nAuthorization: Bearer token-full\r\n'

t.test('slowness — headers and bodies that take too long are 408, silent and idle connections are closed', async t => {
  covers('limits.slow-clients')
  const gateway = await buildGateway(t,
    { config: { limits: { headersTimeoutMs: 1000, requestTimeoutMs: 2000, idleTimeoutMs: 1000, requestsPerMinutePerPerson: 0 } } })
  const [silent, headers, body, idle] = await Promise.all([opened(gateway), opened(gateway), opened(gateway), opened(gateway)])
  const drip = setInterval(() => { headers.socket.write('X-More: 1\r\n') }, 100)
  t.teardown(() => { clearInterval(drip) })
  headers.socket.write(HEAD)
  body.socket.write(`${HEAD}Content-Length: 1000\r\n\r\n{"jsonrpc":`)
  idle.socket.write('GET /health HTTP/1.1\r\nHost: localhost:3443\r\n\r\n')
  await Promise.all([silent.closed, headers.closed, body.closed, idle.closed])
  for (const { received } of [headers, body]) {
    t.match(received(), /^HTTP\/1\.1 408 Request Timeout\r\n/)
    t.match(received(), '{"error":"invalid_request"')
  }
  t.match(idle.received(), /^HTTP\/1\.1 200 OK\r\n/, 'the idle one had been served')
  t.notMatch(silent.received(), 'HTTP/1.1 200')
})
