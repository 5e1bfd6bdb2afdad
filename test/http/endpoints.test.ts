// Several endpoints of one process: what each has for itself, and what they share. The tools of other servers are those of the test.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { defineTool, type Tool } from '../../src/mcp/tool.ts'
import { createToolSet } from '../../src/mcp/tool-set.ts'
import { covers } from '../support/covers.ts'
import { endpoints, FILES, messageAt, ORIGIN, PAYMENTS, tokens } from '../support/endpoints.ts'
import { activeToken, buildGateway, RESOURCE, type Gateway } from '../support/gateway.ts'

const namesAt = async (gateway: Pick<Gateway, 'app'>, url: string, token: string): Promise<readonly unknown[]> =>
  ((await messageAt(gateway, url, 'tools/list', {}, token)).body.result?.tools ?? []).map(({ name }) => name)

t.test('endpoints — each has its own metadata, pages and challenges; the documents at the root are those of the first', async t => {
  covers('endpoints.own-metadata')
  const gateway = await buildGateway(t, { config: { endpoints }, tokens })
  const get = async (url: string) => (await gateway.app.inject(url)).body
  const metadata = async (path: string) => JSON.parse(await get(`/.well-known/oauth-protected-resource${path}`)) as Readonly<Record<string, unknown>>
  t.match(await metadata('/mcp/payments'), { resource: PAYMENTS, resource_name: 'Payments', scopes_supported: [], resource_documentation: `${ORIGIN}/docs/mcp/payments` })
  t.match(await metadata('/files'), { resource: FILES, scopes_supported: ['mcp:tickets:read', 'mcp:tickets:write'] })
  t.match([await metadata(''), await metadata('/mcp')], [{ resource: RESOURCE }, { resource: RESOURCE }])
  const refused = await messageAt(gateway, '/mcp/payments', 'tools/list', {})
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
    for (const url of ['/mcp', '/mcp/payments', '/files']) answers.push((await messageAt(gateway, url, 'tools/list', {}, token)).status)
    return answers
  }
  t.strictSame(await statuses('token-payments'), [401, 200, 401])
  t.strictSame(await statuses('token-full'), [200, 401, 401])
  t.strictSame(await statuses('token-files'), [401, 401, 200], 'its own audience, and no other')
  t.strictSame(await statuses('token-both'), [200, 200, 401])
  t.strictSame(gateway.asked, ['token-payments', 'token-full', 'token-files', 'token-both'], 'once each')
  const refused = await messageAt(gateway, '/files', 'tools/list', {}, 'token-payments')
  t.match(refused.headers['www-authenticate'], /error="invalid_token".*resource_metadata="[^"]*\/files"/s)
})

const tool = (name: string): Tool => defineTool({
  name,
  title: name,
  description: name,
  input: z.strictObject({}),
  access: { scopes: [] },
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
        trace () {},
        audit () {},
        start: async () => {},
        readiness: [],
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
        const answer = await messageAt(gateway, url, 'tools/call', { name, arguments: {} }, token)
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
  t.equal((await messageAt(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-files')).status, 200)
})

t.test('endpoints — each has its own policy', async t => {
  covers('endpoints.tools-stay-apart')
  const strict = [
    { identifier: FILES, tools: { builtIn: ['example' as const] }, policy: { authorizationDetailsWhenAbsent: 'deny' as const } }
  ]
  const gateway = await buildGateway(
    t, { config: { endpoints: strict }, tokens: { 'token-here': activeToken({ aud: [RESOURCE, FILES] }) } }
  )
  const reserve = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 1 } }
  t.equal((await messageAt(gateway, '/files', 'tools/call', reserve, 'token-here')).status, 403)
  t.equal((await messageAt(gateway, '/mcp', 'tools/call', reserve, 'token-here')).status, 200)
})
