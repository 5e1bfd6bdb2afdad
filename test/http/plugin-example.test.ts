// The gateway inside a host application: the documented example, and what a host may rely on.

import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { createShop, listOrders } from '../../docs/examples/own-tool.ts'
import { defineTool, GatewayError, mcpResourceGateway, parseConfig, type Tool } from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { challengeOf } from '../support/gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { ISSUER, ORDERS, PAGE, RESOURCE, authorizationServer, bareHost, callTool, config, optionsFor } from './plugin-setup.ts'

async function openShop (t: Test, scope = 'orders:read'): Promise<FastifyInstance> {
  const app = await createShop(ORDERS, { clock: createManualClock(), dispatcher: authorizationServer(t, scope) })
  t.teardown(() => app.close())
  await app.ready()
  return app
}

t.test('example — a tool of one\'s own is listed, decided about and run', async t => {
  const app = await openShop(t)
  t.match((await callTool(app, 'list_orders', { status: 'sent' })).body.result,
    { structuredContent: { orders: [{ id: '2-of-good', status: 'sent' }] } })
  t.match((await callTool(app, 'list_orders', {}, 'good-other')).body.result?.structuredContent,
    { orders: [{ id: '1-of-good-other' }, { id: '2-of-good-other' }] })
  t.match((await callTool(app, 'list_orders', { status: 'lost' })).body.result, { isError: true })
  t.equal((await callTool(app, 'list_orders', {}, 'bad')).status, 401)
  t.equal((await callTool(app, 'list_tickets')).body.error?.code, -32602, 'the ticket tools are not there')

  const metadata = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json<Record<string, unknown>>()
  t.match(metadata, {
    resource: RESOURCE,
    authorization_servers: [ISSUER],
    scopes_supported: ['orders:read'],
    authorization_details_types_supported: undefined
  })
  t.match((await app.inject('/docs/mcp')).body, 'list_orders')
  t.equal((await app.inject('/health')).statusCode, 404, 'health is the host\'s business unless it asks for ours')

  const poor = await openShop(t, 'profile')
  const refused = await callTool(poor, 'list_orders')
  t.equal(refused.status, 403)
  t.match(challengeOf(refused), { error: 'insufficient_scope', scope: 'orders:read', realm: 'https://shop.example' })
})

t.test('host — its routes, errors, parsers and CORS stay its own', async t => {
  covers('plugin.hooks-stay-on-own-routes')
  const app = await openShop(t)
  const own = await app.inject({ url: '/', headers: { origin: 'https://anywhere.example' } })
  t.match([own.statusCode, own.json()], [200, { shop: 'is open' }], 'neither a token nor an origin is asked for')
  t.equal(own.headers['access-control-allow-origin'], 'https://shop.example')
  t.match((await app.inject({ method: 'POST', url: '/echo', headers: { 'content-type': 'text/plain' }, payload: 'hello' })).json(),
    { received: 'hello' })
  t.match((await app.inject('/broken')).json(), { shop: 'is sorry' })
  t.match((await app.inject({ method: 'POST', url: '/echo', headers: { 'content-type': 'application/json' }, payload: '{' })).json(),
    { shop: 'is sorry' })
  t.match((await app.inject('/nowhere')).json(), { statusCode: 404 }, 'the shop\'s own 404')
  const preflight = await app.inject({ method: 'OPTIONS', url: '/echo', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } })
  t.match([preflight.statusCode, preflight.headers['access-control-allow-origin']], [204, 'https://shop.example'])
  t.equal((await app.inject({ url: '/?access_token=x', headers: { authorization: 'nonsense' } })).statusCode, 200)

  const ours = await callTool(app, 'list_orders', {}, 'good', { origin: PAGE })
  t.equal(ours.status, 200)
  t.equal(ours.headers['access-control-allow-origin'], PAGE, 'and ours stays ours')
  t.match(ours.headers['access-control-expose-headers'], 'WWW-Authenticate')
  t.equal((await callTool(app, 'list_orders', {}, 'good', { origin: 'https://shop.example' })).status, 403)
  const asked = await app.inject({
    method: 'OPTIONS',
    url: '/mcp',
    headers: { origin: PAGE, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
  })
  t.match([asked.statusCode, asked.headers['access-control-allow-origin'], asked.headers['access-control-allow-headers']],
    [204, PAGE, 'authorization'])
  const bad = await app.inject(
    { method: 'POST', url: '/mcp', headers: { authorization: 'Bearer good', 'content-type': 'application/json' }, payload: '{' }
  )
  t.match(bad.json(), { jsonrpc: '2.0', error: { code: -32700 } }, 'our errors do not reach the shop\'s handler')
})

t.test('host — a plugin for CORS may come before, after, or beside the gateway', async t => {
  const before = bareHost(t)
  await before.register(cors, { origin: '*' })
  await before.register(mcpResourceGateway, optionsFor(t))
  const after = bareHost(t)
  await after.register(mcpResourceGateway, optionsFor(t))
  await after.register(cors, { origin: '*' })
  const beside = bareHost(t)
  await beside.register(mcpResourceGateway, optionsFor(t))
  await beside.register(async instance => {
    await instance.register(cors, { origin: '*' })
    instance.get('/shop', () => 'open')
  })
  for (const app of [before, after, beside]) {
    await app.ready()
    t.equal((await callTool(app, 'list_orders')).status, 200)
    t.equal((await callTool(app, 'list_orders', {}, 'good', { origin: 'https://evil.example' })).headers['access-control-allow-origin'], undefined)
  }
  t.equal((await beside.inject({ url: '/shop', headers: { origin: 'https://x.example' } })).headers['access-control-allow-origin'], '*')
})

t.test('host — one that limits rates itself lends the gateway neither its exceptions nor its counters', async t => {
  covers('plugin.hooks-stay-on-own-routes')
  const app = bareHost(t)
  await app.register(rateLimit, { global: false, allowList: () => true })
  const limited = parseConfig({ ...config(), limits: { requestsPerMinutePerPerson: 2 } })
  await app.register(mcpResourceGateway, optionsFor(t, { config: limited }))
  app.get('/shop', { config: { rateLimit: { max: 1, allowList: [] } } }, () => 'open')
  await app.ready()
  const statuses: number[] = []
  for (let request = 0; request < 3; request += 1) statuses.push((await callTool(app, 'list_orders')).status)
  t.strictSame(statuses, [200, 200, 429])
  t.strictSame([(await app.inject('/shop')).statusCode, (await app.inject('/shop')).statusCode], [200, 429], 'nor is it lent any')
})

t.test('host — without CORS of its own, OPTIONS on its routes stays unknown', async t => {
  const app = bareHost(t)
  app.get('/shop', () => 'open')
  await app.register(mcpResourceGateway, optionsFor(t))
  t.equal((await app.inject({ method: 'OPTIONS', url: '/shop' })).statusCode, 404)
  t.equal((await app.inject({ url: '/shop', headers: { origin: 'https://x.example' } })).headers['vary'], undefined)
})

async function refusal (t: Test, register: (app: FastifyInstance) => PromiseLike<unknown>): Promise<string | undefined> {
  const app = bareHost(t)
  try {
    await register(app)
    await app.ready()
    return undefined
  } catch (error) {
    return error instanceof GatewayError ? `${error.code}: ${error.detail}` : String(error)
  }
}

t.test('registration — under a prefix it is refused, with the reason', async t => {
  covers('plugin.no-prefix')
  const options = optionsFor(t)
  t.match(await refusal(t, app => app.register(mcpResourceGateway, { ...options, prefix: '/api' })), /^GW_CONFIG_INVALID: register the gateway without a prefix/)
  t.match(await refusal(t, app => app.register(async instance => { await instance.register(mcpResourceGateway, options) }, { prefix: '/api' })), /^GW_CONFIG_INVALID/)
})

t.test('registration — a wrong tool, a wrong configuration or the same resource twice is refused at start', async t => {
  covers('plugin.tools-checked')
  const tool = listOrders(ORDERS)
  const withTools = (...tools: Tool[]) => {
    const options = optionsFor(t, { tools })
    return refusal(t, app => app.register(mcpResourceGateway, options))
  }
  t.equal(await withTools(), undefined, 'no tool at all is allowed')
  t.match(await withTools(tool, tool), /^GW_TOOL_INVALID: two tools are named list_orders/)
  t.match(await withTools({ ...tool, name: 'a b' }), /^GW_TOOL_INVALID: tools\[0\]: name: expected/)
  t.match(await withTools({ ...tool, access: { scopes: ['a b'] } }), /^GW_TOOL_INVALID: list_orders: access\.scopes\.0: /)
  t.throws(() => config('https://shop.example/mcp#x'), { code: 'GW_CONFIG_INVALID' })
  const options = optionsFor(t)
  t.match(await refusal(t, async app => {
    await app.register(mcpResourceGateway, options)
    await app.register(mcpResourceGateway, options)
  }), /^GW_CONFIG_INVALID: resource.identifier: its path is taken/)
})

t.test('registration — two resources in one host keep apart', async t => {
  const app = bareHost(t)
  await app.register(mcpResourceGateway, optionsFor(t))
  const second = defineTool({
    name: 'second',
    title: 'S',
    description: 'D',
    input: z.strictObject({}),
    output: z.strictObject({}),
    access: { scopes: [] },
    run: async () => ({ kind: 'completed', text: '', structured: {} })
  })
  await app.register(mcpResourceGateway, optionsFor(t, { config: config('https://shop.example/second'), tools: [second] }))
  await app.ready()
  t.equal((await callTool(app, 'list_orders')).status, 200)
  t.equal((await callTool(app, 'second')).body.error?.code, -32602)
  t.equal((await callTool(app, 'second', {}, 'good', {}, '/second')).status, 200)
  t.equal((await callTool(app, 'list_orders', {}, 'good', {}, '/second')).body.error?.code, -32602)
  for (const [url, resource] of [['/.well-known/oauth-protected-resource/mcp', RESOURCE], ['/.well-known/oauth-protected-resource/second', 'https://shop.example/second'], ['/.well-known/oauth-protected-resource', RESOURCE]] as const) {
    t.equal((await app.inject(url)).json<{ resource: string }>().resource, resource, url)
  }
})
