// Several endpoints of one process: what each has for itself, and what they share. The tools of other servers are those of the test.

import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { defineTool, type Tool } from '../../src/mcp/tool.ts'
import { createToolSet } from '../../src/mcp/tool-set.ts'
import { covers } from '../support/covers.ts'
import { activeToken, answerOf, buildGateway, message, RESOURCE, type Gateway } from '../support/gateway.ts'
import { measured, valueOf } from '../support/measured-gateway.ts'

const ORIGIN = 'http://localhost:3443'
const PAYMENTS = `${ORIGIN}/mcp/payments`
const FILES = `${ORIGIN}/files`
const endpoints = [
  { identifier: PAYMENTS, name: 'Payments', tools: { builtIn: ['explain_authorization' as const] } },
  { identifier: FILES, acceptedAudiences: ['api://files'], tools: { builtIn: ['example' as const] } }
]
const tokens = {
  'token-payments': activeToken({ aud: PAYMENTS }),
  'token-files': activeToken({ aud: ['api://files'] }),
  'token-both': activeToken({ aud: [PAYMENTS, RESOURCE] })
}

async function at ({ app }: Pick<Gateway, 'app'>, url: string, method: string, params: object, token?: string) {
  const built = message(method, params as Readonly<Record<string, unknown>>)
  return answerOf(await app.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...built.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    payload: JSON.stringify(built.body)
  }))
}

const namesAt = async (gateway: Pick<Gateway, 'app'>, url: string, token: string): Promise<readonly unknown[]> =>
  ((await at(gateway, url, 'tools/list', {}, token)).body.result?.tools ?? []).map(({ name }) => name)

t.test('endpoints — each has its own metadata, pages and challenges; the documents at the root are those of the first', async t => {
  covers('endpoints.own-metadata')
  const gateway = await buildGateway(t, { config: { endpoints }, tokens })
  const get = async (url: string) => (await gateway.app.inject(url)).body
  const metadata = async (path: string) => JSON.parse(await get(`/.well-known/oauth-protected-resource${path}`)) as Readonly<Record<string, unknown>>
  t.match(await metadata('/mcp/payments'), { resource: PAYMENTS, resource_name: 'Payments', scopes_supported: [], resource_documentation: `${ORIGIN}/docs/mcp/payments` })
  t.match(await metadata('/files'), { resource: FILES, scopes_supported: ['mcp:tickets:read', 'mcp:tickets:write'] })
  t.match([await metadata(''), await metadata('/mcp')], [{ resource: RESOURCE }, { resource: RESOURCE }])
  const refused = await at(gateway, '/mcp/payments', 'tools/list', {})
  t.equal(refused.status, 401)
  t.match(refused.headers['www-authenticate'], `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp/payments"`)
  t.match(await get('/docs/mcp/payments'), /Payments/)
  t.match(await get('/policy/files'), '<html')
  t.match(await get('/elsewhere'), `the MCP endpoints are ${RESOURCE}, ${PAYMENTS}, ${FILES}`)
  t.equal((await gateway.app.inject('/health')).statusCode, 200)
})

t.test('endpoints — a token for one is refused at another, by the answer that is cached for all', async t => {
  covers('endpoints.tokens-stay-apart', 'endpoints.shared-parts')
  const gateway = await buildGateway(t, { config: { endpoints }, tokens })
  const statuses = async (token: string) => {
    const answers = []
    for (const url of ['/mcp', '/mcp/payments', '/files']) answers.push((await at(gateway, url, 'tools/list', {}, token)).status)
    return answers
  }
  t.strictSame(await statuses('token-payments'), [401, 200, 401])
  t.strictSame(await statuses('token-full'), [200, 401, 401])
  t.strictSame(await statuses('token-files'), [401, 401, 200], 'its own audience, and no other')
  t.strictSame(await statuses('token-both'), [200, 200, 401])
  t.strictSame(gateway.asked, ['token-payments', 'token-full', 'token-files', 'token-both'], 'once each')
  const refused = await at(gateway, '/files', 'tools/list', {}, 'token-payments')
  t.match(refused.headers['www-authenticate'], /error="invalid_token".*resource_metadata="[^"]*\/files"/s)
})

const tool = (name: string): Tool => defineTool({
  name, title: name, description: name, input: z.strictObject({}), access: { scopes: [] },
  run: async () => ({ kind: 'completed', text: name })
})

async function withTools (t: Test, sets: ReadonlyArray<readonly string[]>): Promise<Gateway> {
  const [, ...others] = sets
  return buildGateway(t, {
    config: {
      tools: { builtIn: [] },
      endpoints: others.map((_, index) => ({ identifier: `${ORIGIN}/e${index + 1}` }))
    },
    tokens: Object.fromEntries(others.map((_, index) => [`token-${index + 1}`, activeToken({ aud: `${ORIGIN}/e${index + 1}` })])),
    parts: () => ({
      upstreams: {
        tools: (own, endpoint) => createToolSet([...own, ...(sets[endpoint] ?? []).map(tool)]),
        watch () {},
        reload: () => undefined,
        close: async () => {}
      }
    })
  })
}

t.test('endpoints — none lists, describes or runs a tool of another, however the tools are spread', async t => {
  covers('endpoints.tools-stay-apart')
  const all: readonly string[] = ['a', 'b', 'c', 'd', 'e']
  const names = fc.uniqueArray(fc.constantFrom(...all), { maxLength: 4 })
  await fc.assert(fc.asyncProperty(fc.array(names, { minLength: 2, maxLength: 3 }), async sets => {
    const gateway = await withTools(t, sets)
    for (const [index, own] of sets.entries()) {
      const [url, token] = index === 0 ? ['/mcp', 'token-full'] : [`/e${index}`, `token-${index}`]
      if (JSON.stringify(await namesAt(gateway, url, token)) !== JSON.stringify(own)) return false
      const table = JSON.parse((await gateway.app.inject(`${url}/tools`)).body) as { readonly tools: ReadonlyArray<{ readonly name: string }> }
      if (JSON.stringify(table.tools.map(({ name }) => name)) !== JSON.stringify(own)) return false
      for (const name of all.filter(name => !own.includes(name))) {
        const answer = await at(gateway, url, 'tools/call', { name, arguments: {} }, token)
        if (answer.body.error?.message !== 'Invalid params: unknown tool') return false
      }
    }
    return true
  }), { numRuns: 15 })
})

t.test('endpoints — built-in tools are offered where configuration says so', async t => {
  covers('endpoints.tools-stay-apart')
  const gateway = await buildGateway(t, { config: { endpoints, tools: { builtIn: [] } }, tokens })
  t.strictSame(await namesAt(gateway, '/mcp', 'token-full'), [])
  t.strictSame(await namesAt(gateway, '/mcp/payments', 'token-payments'), ['explain_authorization'])
  const files = await namesAt(gateway, '/files', 'token-files')
  t.ok(files.includes('reserve_ticket') && !files.includes('explain_authorization'))
  t.equal((await at(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-files')).status, 200)
})

t.test('endpoints — each has its own policy', async t => {
  covers('endpoints.tools-stay-apart')
  const strict = [{ identifier: FILES, tools: { builtIn: ['example' as const] }, policy: { authorizationDetailsWhenAbsent: 'deny' as const } }]
  const gateway = await buildGateway(t, { config: { endpoints: strict }, tokens: { 'token-here': activeToken({ aud: [RESOURCE, FILES] }) } })
  const reserve = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 1 } }
  t.equal((await at(gateway, '/files', 'tools/call', reserve, 'token-here')).status, 403)
  t.equal((await at(gateway, '/mcp', 'tools/call', reserve, 'token-here')).status, 200)
})

t.test('endpoints — requests of one person count together', async t => {
  covers('endpoints.shared-parts')
  const gateway = await buildGateway(t, { config: { endpoints, limits: { requestsPerMinutePerPerson: 2, maxEventLoopDelayMs: 0 } }, tokens })
  const statuses = [
    await at(gateway, '/mcp', 'ping', {}, 'token-both'),
    await at(gateway, '/mcp/payments', 'ping', {}, 'token-both'),
    await at(gateway, '/mcp', 'ping', {}, 'token-both')
  ].map(({ status }) => status)
  t.strictSame(statuses, [200, 200, 429])
})

t.test('endpoints — log, audit log and metrics say at which one a decision was made', async t => {
  covers('endpoints.records-name-the-resource')
  const folder = mkdtempSync(join(tmpdir(), 'endpoints-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = join(folder, 'audit.jsonl')
  const { gateway, scrape } = await measured(t, { config: { endpoints, audit: { file } }, tokens })
  await at(gateway, '/mcp', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
  await at(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-files')
  await at(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
  t.strictSame(gateway.decisions().map(({ resource, reason }) => [resource, reason]), [
    [RESOURCE, 'permitted'], [FILES, 'permitted'], [FILES, 'wrong-audience']
  ])
  t.match(readFileSync(file, 'utf8'), /"event":"decision"[^\n]*"resource":"http:\/\/localhost:3443\/files"/)
  const text = await scrape()
  const decided = (labels: Readonly<Record<string, string>>) => valueOf(text, 'mcp_gateway_decisions_total', labels)
  t.equal(decided({ resource: FILES, granted: 'true', tool: 'list_tickets' }), 1)
  t.equal(decided({ resource: RESOURCE, granted: 'true', tool: 'list_tickets' }), 1)
})

t.test('endpoints — without them no line and no metric says more than before', async t => {
  covers('endpoints.records-name-the-resource')
  const { gateway, scrape } = await measured(t)
  await at(gateway, '/mcp', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
  t.notOk('resource' in (gateway.decisions()[0] ?? {}))
  t.notMatch(await scrape(), 'resource=')
})
