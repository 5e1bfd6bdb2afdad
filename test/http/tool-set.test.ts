// Tools that are replaced while the gateway runs, and results of other servers: what a client sees of both.

import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { MockAgent } from 'undici'
import { z } from 'zod'
import { registerPayments } from '../../docs/examples/changing-tools.ts'
import {
  createToolSet, defineDetailsType, defineTool, limits, mcpResourceGateway, parseConfig, type GatewayOptions, type RelayedResult, type Tool,
  type ToolSource
} from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { answerOf, CLIENT_SECRET, message, type CallAnswer } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'

const ISSUER = 'https://as.example'
const RESOURCE = 'https://shop.example/mcp'

function optionsFor (t: Test, visibility: 'all' | 'permitted' = 'all'): Omit<GatewayOptions, 'tools'> {
  const dispatcher = new MockAgent()
  dispatcher.disableNetConnect()
  const json = { headers: { 'content-type': 'application/json' } }
  const server = dispatcher.get(ISSUER)
  server.intercept({ path: '/.well-known/oauth-authorization-server' })
    .reply(200, { issuer: ISSUER, introspection_endpoint: `${ISSUER}/introspect` }, json).persist()
  server.intercept({ path: '/introspect', method: 'POST' })
    .reply(
      200, { active: true, sub: 'alice', aud: RESOURCE, scope: 'shop:read', client_id: 'assistant', exp: MANUAL_CLOCK_START_SECONDS + 600 },
      json
    ).persist()
  t.teardown(() => dispatcher.close())
  const config = parseConfig({
    resource: { identifier: RESOURCE },
    authorizationServer: { issuer: ISSUER, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } },
    tools: { visibility }
  })
  return { config, server: { name: 'shop', version: '1' }, clock: createManualClock(), dispatcher }
}

async function host (t: Test, tools: GatewayOptions['tools'], visibility?: 'all' | 'permitted'): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(mcpResourceGateway, { ...optionsFor(t, visibility), tools })
  await app.ready()
  return app
}

async function ask (
  app: FastifyInstance, method: string, params: Readonly<Record<string, unknown>> = {}, era: 'legacy' | 'modern' = 'legacy'
): Promise<CallAnswer> {
  const { name } = params as { name?: string }
  const built = message(method, params, { era, name })
  const headers = { authorization: 'Bearer good', accept: 'application/json, text/event-stream', ...built.headers }
  return answerOf(await app.inject({ method: 'POST', url: '/mcp', headers, payload: built.body }))
}

const tool = (name: string, change: Partial<Tool> = {}): Tool => defineTool({
  name,
  title: name,
  description: `Is ${name}.`,
  annotations: { readOnlyHint: true },
  input: z.strictObject({}),
  access: { scopes: ['shop:read'] },
  run: async () => ({ kind: 'completed', text: `by ${name}` }),
  ...change
} as Tool as never)

const words = { en: 'Refunds', ja: '返金' }
const refunds = defineDetailsType<object>(
  { type: 'refunds', title: words, description: words, members: { locations: limits.locations({ title: words, description: words }) } }
)

/** Everything that a client or a reader can see of the tools. */
async function seen (app: FastifyInstance): Promise<object> {
  const metadata = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json<Record<string, unknown>>()
  const challenge = (await app.inject({ method: 'POST', url: '/mcp', payload: {} })).headers['www-authenticate']
  return {
    legacyList: (await ask(app, 'tools/list')).body.result?.tools?.map(({ name }) => name),
    modernList: (await ask(app, 'tools/list', {}, 'modern')).body.result?.tools?.map(({ name }) => name),
    scopes: metadata['scopes_supported'],
    types: metadata['authorization_details_types_supported'],
    typesDocument: Object.keys((await app.inject('/authorization-details-types/mcp')).json<object>()),
    table: (await app.inject('/mcp/tools')).json<{ tools: Array<{ name: string }> }>().tools.map(({ name }) => name),
    page: [...(await app.inject('/docs/mcp')).body.matchAll(/<h3 id="([^"]+)"/g)].map(([, name]) => name),
    challenge: /scope="([^"]*)"/.exec(String(challenge))?.[1]
  }
}

t.test('reload — everything that is derived from the tools follows the new set, and a wrong set changes nothing', async t => {
  covers('plugin.tools-replaced-whole')
  let offered: readonly Tool[] = [tool('first')]
  const source: ToolSource = { name: 'elsewhere', tools: () => offered }
  const set = createToolSet([tool('own')], [source])
  const app = await host(t, set)
  const before = await seen(app)
  t.match(before, {
    legacyList: ['own', 'first'],
    modernList: ['own', 'first'],
    table: ['own', 'first'],
    scopes: ['shop:read'],
    typesDocument: [],
    challenge: 'shop:read'
  })

  const wrong: ReadonlyArray<readonly [readonly Tool[], RegExp]> = [
    [[tool('second'), tool('second')], /two tools are named second/],
    [[tool('second'), tool('own')], /two tools are named own/],
    [[tool('second'), {} as Tool], /^source elsewhere: tools\[1\]: name: missing/],
    ['nothing' as never, /^source elsewhere: tools\(\) returned no list/]
  ]
  const unnoticed: unknown[] = []
  for (const [tools, detail] of wrong) {
    offered = tools
    try {
      set.reload()
      unnoticed.push(tools)
    } catch (error) {
      t.match(error, { code: 'GW_TOOL_INVALID', detail })
    }
  }
  t.strictSame(unnoticed, [])
  t.strictSame(await seen(app), before, 'as before')

  offered = [tool('second', { access: { scopes: ['shop:refund'], details: { type: refunds, call: () => ({}) } } })]
  set.reload()
  t.match(await seen(app), {
    legacyList: ['own', 'second'],
    modernList: ['own', 'second'],
    table: ['own', 'second'],
    scopes: ['shop:read', 'shop:refund'],
    types: ['refunds'],
    typesDocument: ['refunds'],
    challenge: 'shop:read shop:refund'
  })
  t.match((await app.inject('/docs/mcp')).body, 'Is second.')
  t.notMatch((await app.inject('/docs/mcp')).body, 'Is first.')
  t.equal((await ask(app, 'tools/call', { name: 'first' })).body.error?.code, -32602)
  t.equal((await ask(app, 'tools/call', { name: 'second' })).status, 403)
})

t.test('example — the tools of another system are read again', async t => {
  const app = Fastify()
  t.teardown(() => app.close())
  let current = [tool('old')]
  const payments = { get current () { return current }, refresh: async () => { current = [tool('new')] } }
  const reload = await registerPayments(app, [tool('own')], payments, optionsFor(t))
  await app.ready()
  t.match(await seen(app), { legacyList: ['own', 'old'] })
  await reload()
  t.match(await seen(app), { legacyList: ['own', 'new'] })
})

t.test('reload — a call that is running finishes with the tool it began with', async t => {
  covers('plugin.tools-replaced-whole')
  let finish = () => {}
  let begin = () => {}
  const begun = new Promise<void>(resolve => { begin = resolve })
  const slow = tool('own', {
    run: () => new Promise(resolve => {
      finish = () => { resolve({ kind: 'completed', text: 'by the old one' }) }
      begin()
    })
  })
  let offered = [slow]
  const set = createToolSet([], [{ name: 'elsewhere', tools: () => offered }])
  const app = await host(t, set, 'permitted')
  const running = ask(app, 'tools/call', { name: 'own' })
  await begun
  offered = [tool('own')]
  set.reload()
  t.equal((await ask(app, 'tools/call', { name: 'own' })).body.result?.content[0]?.text, 'by own')
  finish()
  t.equal((await running).body.result?.content[0]?.text, 'by the old one')
})

t.test('outcome — a result of another server reaches the client as it is, in the form of the client\'s era', async t => {
  covers('plugin.relayed-results')
  const result: RelayedResult = {
    content: [{ type: 'text', text: 'as it came' }, { type: 'hologram', data: { any: 'thing' } }],
    structuredContent: { amount: 1e21, nested: [null] },
    isError: true,
    resultType: 'complete',
    _meta: { 'com.example/trace': 'x', 'io.modelcontextprotocol/serverInfo': { name: 'the other one', version: '9' } },
    unknownMember: 1
  }
  const { resultType: _, _meta: meta, ...rest } = result
  const app = await host(t, [tool('relay', { run: async () => ({ kind: 'relayed', result }) })])
  t.strictSame((await ask(app, 'tools/call', { name: 'relay' })).body.result, { ...rest, _meta: { 'com.example/trace': 'x' } })
  t.strictSame((await ask(app, 'tools/call', { name: 'relay' }, 'modern')).body.result, {
    ...rest, resultType: 'complete', _meta: { ...meta, 'io.modelcontextprotocol/serverInfo': { name: 'shop', version: '1' } }
  })
})

t.test('outcome — text alone, or structured alone, is enough', async t => {
  const text = tool('text')
  const structured = tool('structured',
    { output: z.strictObject({ paid: z.int() }), run: async () => ({ kind: 'completed', structured: { paid: 5 } }) })
  const app = await host(t, [text, structured])
  t.strictSame((await ask(app, 'tools/call', { name: 'text' })).body.result, { content: [{ type: 'text', text: 'by text' }] })
  t.strictSame((await ask(app, 'tools/call', { name: 'structured' })).body.result,
    { content: [{ type: 'text', text: '{"paid":5}' }], structuredContent: { paid: 5 } })
  const [first, second] = (await ask(app, 'tools/list')).body.result?.tools ?? []
  t.notOk(first !== undefined && 'outputSchema' in first)
  t.match(second, { outputSchema: { type: 'object' } })
})
