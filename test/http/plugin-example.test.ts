// The gateway inside somebody else's application: the documented example, and what a host may rely on.

import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { MockAgent } from 'undici'
import { z } from 'zod'
import { createShop, listOrders } from '../../docs/examples/own-tool.ts'
import { defineDetailsType, defineTool, GatewayError, limits, mcpResourceGateway, parseConfig, type GatewayOptions, type Tool, type ToolDefinition } from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { answerOf, challengeOf, CLIENT_SECRET, message, type CallAnswer } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'

const ISSUER = 'https://as.example'
const RESOURCE = 'https://shop.example/mcp'
const PAGE = 'https://assistant.example'

/** An authorization server that calls every token good whose name begins with `good`. */
function authorizationServer (t: Test, scope: string, aud: string | string[] = RESOURCE): MockAgent {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const json = { headers: { 'content-type': 'application/json' } }
  const server = agent.get(ISSUER)
  server.intercept({ path: '/.well-known/oauth-authorization-server' }).reply(200, { issuer: ISSUER, introspection_endpoint: `${ISSUER}/introspect` }, json).persist()
  server.intercept({ path: '/introspect', method: 'POST' }).reply(200, ({ body }) => {
    const token = new URLSearchParams(typeof body === 'string' ? body : '').get('token') ?? ''
    return token.startsWith('good') ? { active: true, sub: token, aud, scope, client_id: 'assistant', exp: MANUAL_CLOCK_START_SECONDS + 600 } : { active: false }
  }, json).persist()
  t.teardown(() => agent.close())
  return agent
}

async function callTool (app: FastifyInstance, tool: string, args: object = {}, token = 'good', headers: Record<string, string> = {}, url = '/mcp'): Promise<CallAnswer> {
  const built = message('tools/call', { name: tool, arguments: args })
  return answerOf(await app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', ...headers }, payload: built.body }))
}

const ORDERS = { of: async ({ subject }: { subject: string }) => [{ id: `1-of-${subject}`, status: 'open' }, { id: `2-of-${subject}`, status: 'sent' }] }

async function openShop (t: Test, scope = 'orders:read'): Promise<FastifyInstance> {
  const app = await createShop(ORDERS, { clock: createManualClock(), dispatcher: authorizationServer(t, scope) })
  t.teardown(() => app.close())
  await app.ready()
  return app
}

t.test('example — a tool of one\'s own is listed, decided about and run', async t => {
  const app = await openShop(t)
  t.match((await callTool(app, 'list_orders', { status: 'sent' })).body.result, { structuredContent: { orders: [{ id: '2-of-good', status: 'sent' }] } })
  t.match((await callTool(app, 'list_orders', {}, 'good-other')).body.result?.structuredContent, { orders: [{ id: '1-of-good-other' }, { id: '2-of-good-other' }] })
  t.match((await callTool(app, 'list_orders', { status: 'lost' })).body.result, { isError: true })
  t.equal((await callTool(app, 'list_orders', {}, 'bad')).status, 401)
  t.equal((await callTool(app, 'list_tickets')).body.error?.code, -32602, 'the ticket tools are not there')

  const metadata = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json<Record<string, unknown>>()
  t.match(metadata, { resource: RESOURCE, authorization_servers: [ISSUER], scopes_supported: ['orders:read'], authorization_details_types_supported: undefined })
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
  t.match((await app.inject({ method: 'POST', url: '/echo', headers: { 'content-type': 'text/plain' }, payload: 'hello' })).json(), { received: 'hello' })
  t.match((await app.inject('/broken')).json(), { shop: 'is sorry' })
  t.match((await app.inject({ method: 'POST', url: '/echo', headers: { 'content-type': 'application/json' }, payload: '{' })).json(), { shop: 'is sorry' })
  t.match((await app.inject('/nowhere')).json(), { statusCode: 404 }, 'the shop\'s own 404')
  const preflight = await app.inject({ method: 'OPTIONS', url: '/echo', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } })
  t.match([preflight.statusCode, preflight.headers['access-control-allow-origin']], [204, 'https://shop.example'])
  t.equal((await app.inject({ url: '/?access_token=x', headers: { authorization: 'nonsense' } })).statusCode, 200)

  const ours = await callTool(app, 'list_orders', {}, 'good', { origin: PAGE })
  t.equal(ours.status, 200)
  t.equal(ours.headers['access-control-allow-origin'], PAGE, 'and ours stays ours')
  t.match(ours.headers['access-control-expose-headers'], 'WWW-Authenticate')
  t.equal((await callTool(app, 'list_orders', {}, 'good', { origin: 'https://shop.example' })).status, 403)
  const asked = await app.inject({ method: 'OPTIONS', url: '/mcp', headers: { origin: PAGE, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } })
  t.match([asked.statusCode, asked.headers['access-control-allow-origin'], asked.headers['access-control-allow-headers']], [204, PAGE, 'authorization'])
  const bad = await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: 'Bearer good', 'content-type': 'application/json' }, payload: '{' })
  t.match(bad.json(), { jsonrpc: '2.0', error: { code: -32700 } }, 'our errors do not reach the shop\'s handler')
})

const config = (identifier = RESOURCE) => parseConfig({ resource: { identifier }, authorizationServer: { issuer: ISSUER, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } } })
const SERVER = { name: 'shop', version: '1' }

function optionsFor (t: Test, changes: Partial<GatewayOptions> = {}): GatewayOptions {
  return { config: config(), tools: [listOrders(ORDERS)], server: SERVER, clock: createManualClock(), dispatcher: authorizationServer(t, 'orders:read', [RESOURCE, 'https://shop.example/second']), ...changes }
}

function bareHost (t: Test): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  return app
}

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
  const second = defineTool({ name: 'second', title: 'S', description: 'D', input: z.strictObject({}), output: z.strictObject({}), access: { scopes: [] }, run: async () => ({ kind: 'completed', text: '', structured: {} }) })
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

type Definition = ToolDefinition<z.ZodObject, z.ZodObject, { cents: number }>
type Run = Definition['run']
type Access = Partial<Definition['access']>

const refunds = defineDetailsType<{ cents: number }>({
  type: 'refunds',
  title: { en: 'Refunds' },
  description: { en: 'Lets a client refund.' },
  members: { max: limits.upper({ of: ({ cents }) => cents, title: { en: 'Limit' }, description: { en: 'The highest.' } }) }
})

async function hostWith (t: Test, run: Run, access: Access = {}, changes: Partial<GatewayOptions> = {}): Promise<{ app: FastifyInstance, lines: () => string }> {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'trace', stream: { write: (line: string) => { lines.push(line) } } } })
  t.teardown(() => app.close())
  const tool = defineTool<z.ZodObject, z.ZodObject, { cents: number }>({
    name: 'own',
    title: 'T',
    description: 'D',
    unknownArguments: 'accept',
    input: z.looseObject({}),
    output: z.looseObject({}),
    access: { scopes: [], ...access },
    run
  })
  await app.register(mcpResourceGateway, optionsFor(t, { tools: [tool], ...changes }))
  await app.ready()
  return { app, lines: () => lines.join('') }
}

t.test('own tool — what it throws or answers wrongly is a 500 of ours with the request\'s id, and the text stays inside', async t => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  const wrong: Record<string, Run> = {
    'an error': () => Promise.reject(new Error('SECRETTEXT')),
    'a text': () => { throw 'SECRETTEXT' }, // eslint-disable-line @typescript-eslint/only-throw-error
    'a circle': async () => ({ kind: 'completed', text: '', structured: loop }),
    'a number without JSON': async () => ({ kind: 'completed', text: '', structured: { big: 1n } }),
    nothing: async () => undefined as never,
    'another kind': async () => ({ kind: 'SECRETTEXT' }) as never
  }
  for (const [name, run] of Object.entries(wrong)) {
    const { app, lines } = await hostWith(t, run)
    const answer = await callTool(app, 'own')
    t.equal(answer.status, 500, name)
    t.match(answer.body, { jsonrpc: '2.0', id: 'request-1', error: { code: -32603, message: 'A tool failed.', data: { code: 'GW_TOOL_FAILED' } } }, name)
    t.match(lines(), 'GW_TOOL_FAILED')
    t.notOk(lines().includes('SECRETTEXT'))
  }
})

t.test('own tool — when it cannot say what a call needs, the call is refused and the operator told', async t => {
  const { app, lines } = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), {
    details: { type: refunds, call: () => { throw new TypeError('SECRETTEXT') } }
  })
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 403)
  t.match(challengeOf(answer), { error: 'insufficient_authorization', error_description: /could not decide/ })
  t.match(lines(), 'GW_TOOL_FAILED')
  t.match(lines(), 'TypeError')
  t.notOk(lines().includes('SECRETTEXT'))
})

t.test('own tool — when its judge of the details fails, the call is refused and the operator told, without a value of the token', async t => {
  covers('policy.failing-check-denies')
  const fail = (element: object): never => { throw new RangeError(`SECRETTEXT ${JSON.stringify(element)}`) }
  const { app, lines } = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), {
    details: { type: { ...refunds, requires: () => ({ type: refunds.type, judge: fail, smallest: fail }) }, call: () => ({ cents: 1 }) }
  })
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 403)
  t.match(challengeOf(answer), { error: 'insufficient_authorization', error_description: /could not decide/ })
  const fault = lines().split('\n').filter(line => line.includes('"fault"')).map(line => JSON.parse(line) as object).find(line => 'detail' in line)
  t.match(fault, { event: 'fault', code: 'GW_INTERNAL', detail: 'own: a check of the policy failed', cause: { name: 'RangeError' } })
  t.match(lines(), '"reason":"undecidable"')
  t.notOk(lines().includes('SECRETTEXT'))
})

t.test('own tool — one that does not end in time is told so, and waited for no longer; what it needs not known in time is a denial', async t => {
  covers('limits.tool-time', 'policy.failing-check-denies')
  const folder = mkdtempSync(join(tmpdir(), 'tool-time-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = join(folder, 'audit.log')
  const impatient = parseConfig({ ...config(), limits: { toolTimeoutMs: 20 }, audit: { file } })
  // A socket would keep the process from ending; here there is none.
  const waiting = setInterval(() => {}, 1000)
  t.teardown(() => { clearInterval(waiting) })
  let late: Promise<string> | undefined
  const { app, lines } = await hostWith(t, async (_permit, input, call) => {
    if (input['quick'] === true) return { kind: 'completed', text: 'ran', structured: {} }
    const aborted = once(call.signal, 'abort')
    late = aborted.then(() => call.signal.aborted ? 'aborted' : 'not aborted')
    await aborted
    throw new Error('SECRETTEXT')
  }, {}, { config: impatient })
  t.equal((await callTool(app, 'own', { quick: true })).status, 200)
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 500)
  t.match(answer.body, { jsonrpc: '2.0', id: 'request-1', error: { code: -32603, message: /did not end in time.*is not known/, data: { code: 'GW_TOOL_TIMEOUT' } } })
  t.equal(answer.headers['retry-after'], undefined, 'nobody is asked to repeat what may have happened')
  t.equal(await late, 'aborted', 'the tool is told')
  t.match(lines(), 'own: run() took longer than 20 ms')
  t.notOk(lines().includes('SECRETTEXT'))
  const audit = readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
  t.match(audit.slice(-2), [{ event: 'permitted' }, { event: 'decision', granted: false, reason: 'fault', remark: 'GW_TOOL_TIMEOUT', call: audit.at(-2)?.['call'] }])

  const undecided = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), {
    details: { type: refunds, call: () => new Promise(() => {}) }
  }, { config: impatient })
  const refused = await callTool(undecided.app, 'own')
  t.equal(refused.status, 403)
  t.match(challengeOf(refused), { error: 'insufficient_authorization', error_description: /could not decide/ })
  t.match(undecided.lines(), 'own: access.details took longer than 20 ms')
})

t.test('own tool — one that wants a recent or stronger login gets the challenge that asks for it', async t => {
  const { app } = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), { authentication: { acrValues: ['urn:mace:incommon:iap:gold', 'phr'], maxAgeSeconds: 300 } })
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 401)
  t.match(challengeOf(answer), { error: 'insufficient_user_authentication', acr_values: 'urn:mace:incommon:iap:gold phr', max_age: '300', resource_metadata: /^https/ })
  t.match(answer.body, { id: 'request-1', error: { code: 403, data: { acr_values: 'urn:mace:incommon:iap:gold phr', max_age: '300' } } })
})

t.test('host — what its own hooks throw on our routes is said in our shape', async t => {
  const app = bareHost(t)
  app.addHook('onRequest', async request => {
    const wish = request.headers['x-throw']
    if (wish === 'teapot') throw Object.assign(new Error('SECRETTEXT'), { statusCode: 418 })
    if (wish !== undefined) throw new Error('SECRETTEXT')
  })
  await app.register(mcpResourceGateway, optionsFor(t))
  await app.ready()
  for (const [wish, status, code] of [['teapot', 418, -32600], ['anything', 500, -32603]] as const) {
    const answer = await callTool(app, 'list_orders', {}, 'good', { 'x-throw': wish })
    t.match([answer.status, answer.body.jsonrpc, answer.body.error?.code], [status, '2.0', code])
    t.notOk(answer.text.includes('SECRETTEXT'))
  }
})

t.test('own tool — progress opens a stream for those who asked for it, and its answer is the last event', async t => {
  const { app } = await hostWith(t, async (_permit, _input, call) => {
    call.progress(1, 2, 'half')
    return { kind: 'completed', text: 'done', structured: {} }
  })
  const built = message('tools/call', { name: 'own', arguments: {} }, { meta: { progressToken: 'p-1' } })
  const streamed = await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: 'Bearer good', accept: 'application/json, text/event-stream' }, payload: built.body })
  t.match(streamed.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  const events = streamed.body.split('\n\n').filter(text => text !== '').map(text => JSON.parse(text.replace(/^event: message\ndata: /, '')) as Record<string, unknown>)
  t.match(events, [{ method: 'notifications/progress', params: { progressToken: 'p-1', progress: 1, total: 2, message: 'half' } }, { id: 'request-1', result: { content: [{ text: 'done' }] } }])
  const plain = await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: 'Bearer good', accept: 'application/json' }, payload: built.body })
  t.match(plain.headers['content-type'], 'application/json')
})

t.test('own tool — one that goes on talking after its answer is not heard, and harms nobody', async t => {
  let later = () => {}
  const { app } = await hostWith(t, async (_permit, _input, call) => {
    later = () => { call.progress(2) }
    return { kind: 'completed', text: 'done', structured: {} }
  })
  const built = message('tools/call', { name: 'own', arguments: {} }, { meta: { progressToken: 1 } })
  const answer = await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: 'Bearer good', accept: 'application/json, text/event-stream' }, payload: built.body })
  t.match(answer.json(), { result: { content: [{ text: 'done' }] } })
  t.doesNotThrow(later)
})
