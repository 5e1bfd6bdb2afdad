// What else was decided at the headers of a request whose body comes later: origins, limits, proofs, tools, the end of the process, and
// routes of a host.

import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { createLiveSettings, type LiveSettings } from '../../src/config/settings.ts'
import { createDrain } from '../../src/http/routes/drain.ts'
import { createToolSet, defineTool, mcpResourceGateway, type GatewayOptions, type Tool } from '../../src/index.ts'
import { createTestAuthorizationServer, createTestClock } from '../../src/testing/testing.ts'
import { covers } from '../support/covers.ts'
import { BOUND_TOKEN, buildDpopGateway, proofOf } from '../support/bound-token-gateway.ts'
import { eventually } from '../support/eventually.ts'
import { buildGateway, call, CLIENT_SECRET, INSPECTOR, ISSUER, message, type Gateway, type GatewayOverrides } from '../support/gateway.ts'
import { openRequest } from '../support/slow-request.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body
const GOOD = { authorization: 'Bearer token-full' }
/** Only what requests ask about is counted. */
const QUIET = { authorizationServer: { issuer: ISSUER, selfTest: 'off' } } as const
const warm = (gateway: Gateway) => call(gateway, { tool: 'list_tickets' })

async function buildReloadable (t: Test, config: GatewayOverrides['config'] = {}): Promise<{ gateway: Gateway, live: LiveSettings }> {
  let live: LiveSettings | undefined
  const gateway = await buildGateway(t, {
    config: { ...QUIET, ...config },
    parts: initial => {
      live = createLiveSettings(initial)
      return { settings: live }
    }
  })
  if (live === undefined) throw new Error('the settings were not asked for')
  return { gateway, live }
}

t.test('slow body — a reload in the middle: the rules at the last byte count', async t => {
  covers('reload.late-requests')
  const { gateway, live } = await buildReloadable(t)
  await warm(gateway)
  const fromPage = await openRequest(gateway.app, LIST, { ...GOOD, headers: { Origin: INSPECTOR } })
  const other = await openRequest(gateway.app, LIST, GOOD)
  const revoked = await openRequest(gateway.app, LIST, GOOD)
  const before = live.current()
  live.replace({ ...before, cors: { allowedOrigins: [] }, cache: { ...before.cache, ttlSeconds: 0 } })
  gateway.clock.advance(20)
  t.equal((await fromPage.complete()).status, 403, 'an origin that was removed')
  t.equal((await other.complete()).status, 200, 'asked about again, since nothing is cached any more')
  t.equal(gateway.asked.length, 2)
  gateway.tokens.set('token-full', { active: false })
  t.equal((await revoked.complete()).status, 401)
})

t.test('slow body — requests of one minute that are completed in another count again', async t => {
  covers('limits.late-requests-counted')
  const gateway = await buildGateway(t, { config: { ...QUIET, limits: { requestsPerMinutePerPerson: 3 }, cache: { ttlSeconds: 300 } } })
  const open = () => openRequest(gateway.app, LIST, GOOD)
  const opened = [await open(), await open(), await open()]
  const refused = await openRequest(gateway.app, LIST, GOOD)
  t.equal((await refused.answered()).status, 429, 'the fourth is refused before its body')
  await eventually('the tokens are judged', () => gateway.events.length >= 4)
  gateway.clock.advance(60_000)
  const others = [(await call(gateway, { tool: 'list_tickets' })).status, (await call(gateway, { tool: 'list_tickets' })).status]
  const late = [(await opened[0]?.complete())?.status, (await opened[1]?.complete())?.status, (await opened[2]?.complete())?.status]
  t.ok([...others, ...late].filter(status => status === 200).length <= 3, 'no more in this minute than may be')
  t.ok(late.includes(429))
})

t.test('slow body — a DPoP proof is redeemed once, at the headers, and its age is judged at the last byte', async t => {
  covers('dpop.replay-refused', 'auth.expiry-counts-from-completion')
  const { gateway, key } = await buildDpopGateway(t, { dpop: { maxAgeSeconds: 10 }, config: QUIET })
  const open = async (proof: string) => {
    const before = gateway.events.length
    const request = await openRequest(gateway.app, LIST, { authorization: `DPoP ${BOUND_TOKEN}`, headers: { DPoP: proof } })
    await eventually('the token is judged', () => gateway.events.length > before)
    return request
  }
  const [first, second] = [proofOf(key, BOUND_TOKEN, gateway.clock), proofOf(key, BOUND_TOKEN, gateway.clock)]
  const slow = await open(first)
  t.equal((await (await open(first)).answered()).status, 401, 'the same proof, while the first request is open')
  const tooSlow = await open(second)
  gateway.clock.advance(9_999)
  t.equal((await slow.complete()).status, 200)
  gateway.clock.advance(2)
  const { status, headers } = await tooSlow.complete()
  t.equal(status, 401)
  t.match(headers['www-authenticate'], /^DPoP .*error="invalid_dpop_proof"/)
  t.strictSame(gateway.decisions().map(({ reason }) => reason), ['invalid-proof:replayed', 'permitted', 'invalid-proof:time'])
})

t.test('slow body — one that was opened before the process began to end is answered, and a new request is not', async t => {
  covers('shutdown.accepted-requests-answered')
  const drain = createDrain()
  const gateway = await buildGateway(t, { config: QUIET, parts: () => ({ drain }) })
  await warm(gateway)
  const reserve = message('tools/call', { name: 'reserve_ticket', arguments: { ticket_id: 3, seats: 1 } }).body
  const [good, revoked] = [await openRequest(gateway.app, LIST, GOOD), await openRequest(gateway.app, reserve, GOOD)]
  drain.begin()
  gateway.clock.advance(20)
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 503)
  t.equal((await good.complete()).status, 200)
  gateway.tokens.set('token-full', { active: false })
  t.equal((await revoked.complete()).status, 401, 'by the rules of every other')
})

async function openHost (t: Test, tools: GatewayOptions['tools'] = []) {
  const app = Fastify()
  const clock = createTestClock()
  const resource = 'https://shop.example/mcp'
  const server = createTestAuthorizationServer({ resource, clock })
  t.teardown(async () => {
    await app.close()
    await server.close()
  })
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: resource },
      authorizationServer: { issuer: server.issuer, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET }, selfTest: 'off' }
    },
    tools,
    server: { name: 'shop', version: '1' },
    clock,
    dispatcher: server.dispatcher
  })
  return { app, clock, server }
}

t.test('slow body — a tool that was removed before the last byte does not run', async t => {
  covers('reload.late-requests')
  let runs = 0
  const run = () => { runs += 1; return Promise.resolve({ kind: 'completed', text: 'done' } as const) }
  let offered: readonly Tool[] = [
    defineTool({ name: 'old', title: 'Old', description: 'Runs.', input: z.strictObject({}), access: { scopes: [] }, run })
  ]
  const set = createToolSet([], [{ name: 'elsewhere', tools: () => offered }])
  const { app, server, clock } = await openHost(t, set)
  await app.ready()
  const { body: callOld } = message('tools/call', { name: 'old', arguments: {} })
  const request = await openRequest(app, callOld, { authorization: `Bearer ${server.issue()}` })
  await eventually('the token is asked about', () => server.introspections() === 1)
  offered = []
  set.reload()
  clock.advance(20)
  const { status, body } = await request.complete()
  t.match([status, JSON.parse(body)], [200, { error: { message: /unknown tool/i } }])
  t.equal(runs, 0)
})

t.test('slow body — a protected route of a host: revocation and expiry count from the last byte', async t => {
  covers('plugin.late-requests')
  const { app, server, clock } = await openHost(t)
  const ran: string[] = []
  const route = (name: string) => () => { ran.push(name); return { done: true } }
  app.post('/cached', { onRequest: app.mcpGateway.authenticate({ scopes: ['write'] }) }, route('cached'))
  app.post('/fresh', { onRequest: app.mcpGateway.authenticate({ scopes: ['write'], freshness: 'fresh' }) }, route('fresh'))
  await app.register(async scope => {
    scope.addHook('onRequest', app.mcpGateway.authenticate({ scopes: ['write'] }))
    scope.post('/scoped', route('scoped'))
  })
  app.post('/open', route('open'))
  await app.ready()
  const open = async (path: string, token: string) => {
    const before = server.introspections()
    const request = await openRequest(app, {}, { authorization: `Bearer ${token}`, path })
    await eventually('the token is asked about', () => server.introspections() > before)
    return request
  }
  for (const path of ['/cached', '/fresh', '/scoped']) {
    const [revoked, expired, good] = [3600, 10, 7200].map(lifetimeSeconds => server.issue({ scopes: ['write'], lifetimeSeconds }))
    if (revoked === undefined || expired === undefined || good === undefined) throw new Error('no token')
    const opened = { revoked: await open(path, revoked), expired: await open(path, expired), good: await open(path, good) }
    server.revoke(revoked)
    clock.advance(path === '/fresh' ? 1 : 30_000)
    t.equal((await opened.revoked.complete()).status, 401, `${path}: revoked`)
    clock.advance(10_000)
    const { status, headers } = await opened.expired.complete()
    t.equal(status, 401, `${path}: expired`)
    t.match(headers['www-authenticate'], /error="invalid_token".*scope="write"/)
    t.equal((await opened.good.complete()).status, 200, path)
  }
  const unprotected = await openRequest(app, {}, { authorization: 'Bearer nonsense', path: '/open' })
  t.equal((await unprotected.complete()).status, 200)
  t.strictSame(ran, ['cached', 'fresh', 'scoped', 'open'])
})
