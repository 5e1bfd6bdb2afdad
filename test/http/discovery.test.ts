// What a client learns before it calls a tool: declared extensions and the server card.

import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { z } from 'zod'
import {
  createToolSet, defineTool, mcpResourceGateway, parseConfig, type GatewayOptions, type Tool, type ToolSource
} from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { activeToken, answerOf, buildGateway, CLIENT_SECRET, message, post } from '../support/gateway.ts'

const CREDENTIALS = 'io.modelcontextprotocol/oauth-client-credentials'
const ENTERPRISE = 'io.modelcontextprotocol/enterprise-managed-authorization'
const CARD = '/mcp/server-card'

type Config = Partial<Parameters<typeof parseConfig>[0]>
type Card = Readonly<Record<string, unknown>>

async function host (t: Test, config: Config, tools: GatewayOptions['tools'] = [tool('look')]): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(mcpResourceGateway, {
    config: parseConfig({
      resource: { identifier: 'https://mcp.shop.example/mcp' },
      authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } },
      ...config
    }),
    tools,
    server: { name: 'shop', title: 'The shop', version: '1.2.0' }
  })
  await app.ready()
  return app
}

const tool = (name: string): Tool => defineTool({
  name,
  title: `Title of ${name}`,
  description: 'A tool of the tests.',
  annotations: { readOnlyHint: true },
  input: z.strictObject({}),
  access: { scopes: ['shop:read'] },
  run: async () => ({ kind: 'completed', text: 'done' })
})

async function cardOf (app: FastifyInstance): Promise<Card> {
  return (await app.inject(CARD)).json<Card>()
}

t.test('extensions — declared by the operator alone, in both eras', async t => {
  covers('extensions.declared-by-choice')
  const cases: ReadonlyArray<[declared: Record<string, boolean>, expected: object]> = [
    [{}, { tools: {} }],
    [{ clientCredentials: true }, { tools: {}, extensions: { [CREDENTIALS]: {} } }],
    [{ enterpriseManagedAuthorization: true }, { tools: {}, extensions: { [ENTERPRISE]: {} } }],
    [{ clientCredentials: true, enterpriseManagedAuthorization: true }, { tools: {}, extensions: { [CREDENTIALS]: {}, [ENTERPRISE]: {} } }]
  ]
  for (const [extensions, expected] of cases) {
    const gateway = await buildGateway(t, { config: { extensions, policy: { remediation: 'off' } }, tokens: { good: activeToken() } })
    const capabilities = async (method: string, era: 'legacy' | 'modern', params: object): Promise<unknown> => {
      const built = message(method, { ...params }, { era })
      const answer = await post(gateway, built.body, { authorization: 'Bearer good', ...built.headers })
      return (answer.body as { result?: { capabilities?: unknown } }).result?.capabilities
    }
    t.strictSame(await capabilities('server/discover', 'modern', {}), expected)
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
    t.strictSame(await capabilities('initialize', 'legacy', hello), expected)
  }
})

t.test('server card — nothing is published unless the operator says so', async t => {
  covers('extensions.server-card')
  const app = await host(t, {})
  t.equal((await app.inject(CARD)).statusCode, 404)
})

t.test('server card — what the server is, where it is, and the tools that everyone may see', async t => {
  covers('extensions.server-card')
  const app = await host(t, { serverCard: { mode: 'draft' } })
  t.strictSame(await cardOf(app), {
    $schema: 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json',
    name: 'example.shop.mcp/shop',
    version: '1.2.0',
    title: 'The shop',
    description: 'MCP tools behind OAuth: The shop',
    websiteUrl: 'https://mcp.shop.example/docs/mcp',
    remotes: [{
      type: 'streamable-http',
      url: 'https://mcp.shop.example/mcp',
      supportedProtocolVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']
    }],
    _meta: { 'mcp-resource-gateway/tools': [{ name: 'look', title: 'Title of look' }] }
  })
  const hidden = await cardOf(await host(t, { serverCard: { mode: 'draft' }, tools: { visibility: 'permitted' } }))
  t.notOk('_meta' in hidden, 'no tool where the token decides which are visible')
  t.notOk(JSON.stringify(hidden).includes('look'))
  const withoutDocs = await cardOf(await host(t, { serverCard: { mode: 'draft' }, pages: { docs: false } }))
  t.notOk('websiteUrl' in withoutDocs, 'no link to a page that is off')
  const named = await cardOf(await host(t, {
    resource: { identifier: 'http://127.0.0.1:3443/mcp', name: '店'.repeat(120) },
    serverCard: { mode: 'draft', name: 'com.example/tickets', description: 'Orders and invoices' }
  }))
  t.match(named, { name: 'com.example/tickets', description: 'Orders and invoices', title: '店'.repeat(100) })
  const addresses = [
    ['http://127.0.0.1:3443/mcp', '127.0.0.1/shop'], ['http://[::1]:3443/mcp', '--1/shop'], ['http://localhost/mcp', 'localhost/shop']
  ]
  for (const [identifier = '', name] of addresses) {
    t.equal((await cardOf(await host(t, { resource: { identifier }, serverCard: { mode: 'draft' } })))['name'], name)
  }
})

t.test('server card — a wrong name or a long description is a mistake of the configuration', async t => {
  const accepted = [
    { name: 'tickets' }, { name: 'a/b/c' }, { name: 'com.example/' }, { name: `a/${'b'.repeat(199)}` }, { name: 'com example/x' },
    { description: '' }, { description: 'x'.repeat(101) }, { description: 'two\nlines' }, { tools: true }
  ]
    .filter(wrong => {
      try {
        parseConfig({
          resource: { identifier: 'https://mcp.shop.example/mcp' },
          authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } },
          serverCard: wrong
        })
        return true
      } catch {
        return false
      }
    })
  t.strictSame(accepted, [])
})

t.test('server card — any page may read it, and an unchanged one is not sent again', async t => {
  covers('extensions.server-card-cached')
  const app = await host(t, { serverCard: { mode: 'draft' }, cors: { allowedOrigins: [] } })
  const get = (headers: Record<string, string>) => app.inject({ url: CARD, headers: { origin: 'https://catalogue.example', ...headers } })
  const first = await get({ accept: 'application/mcp-server-card+json' })
  t.equal(first.statusCode, 200)
  t.match(first.headers, {
    'content-type': 'application/mcp-server-card+json',
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET',
    'access-control-allow-headers': 'Content-Type, If-None-Match',
    'access-control-expose-headers': 'ETag',
    'cache-control': 'public, max-age=3600'
  })
  const etag = String(first.headers.etag)
  t.match(etag, /^"[\w-]+"$/)
  const answers = await Promise.all([etag, `W/${etag}`, `"other", ${etag}`, '*', '"other"', etag.slice(1, -1)].map(async condition => {
    const { statusCode, body, headers } = await get({ 'if-none-match': condition })
    return [statusCode, body === '', headers.etag === etag, headers['access-control-allow-origin']]
  }))
  t.strictSame(answers, [...Array.from({ length: 4 }, () => [304, true, true, '*']), [200, false, true, '*'], [200, false, true, '*']])
  const preflight = await app.inject({
    method: 'OPTIONS', url: CARD, headers: { origin: 'https://catalogue.example', 'access-control-request-method': 'GET' }
  })
  t.equal(preflight.statusCode, 204)
  t.match(preflight.headers, {
    'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET', 'access-control-allow-headers': 'Content-Type, If-None-Match'
  })
  t.equal((await app.inject({ url: CARD, headers: { host: 'evil.example' } })).body, first.body, 'nothing follows from the request')
  t.equal((await app.inject({ method: 'HEAD', url: CARD })).statusCode, 200)
  t.equal(answerOf(await app.inject({ url: '/mcp' })).status, 405, 'the endpoint itself stays as it is')
})

t.test('server card — follows tools that are replaced, with another entity tag', async t => {
  covers('extensions.server-card')
  let tools = [tool('look')]
  const source: ToolSource = { name: 'other', tools: () => tools }
  const set = createToolSet([], [source])
  const app = await host(t, { serverCard: { mode: 'draft' } }, set)
  const before = await app.inject(CARD)
  tools = [tool('look'), tool('buy')]
  set.reload()
  const after = await app.inject({ url: CARD, headers: { 'if-none-match': String(before.headers.etag) } })
  t.equal(after.statusCode, 200)
  t.match(after.json<Card>()['_meta'], { 'mcp-resource-gateway/tools': [{ name: 'look' }, { name: 'buy' }] })
})

t.test('server card — is read within the limit of an address', async t => {
  covers('extensions.server-card-cached')
  const app = await host(t, { serverCard: { mode: 'draft' }, limits: { requestsPerMinutePerAddress: 2 } })
  const statuses = []
  for (let index = 0; index < 3; index += 1) statuses.push((await app.inject(CARD)).statusCode)
  t.strictSame(statuses, [200, 200, 429])
})
