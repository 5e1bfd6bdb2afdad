// A hostile server over real connections behind a whole gateway: what of its HTTP a client of the gateway sees.

import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { gatewayWithUpstreams } from '../support/gateway-with-upstreams.ts'
import { startHostileHttp, type HostileHttpOptions } from '../support/hostile-http.ts'
import { lockOf } from '../support/upstream-files.ts'
import { LEGACY, MODERN } from '../support/upstream-under-test.ts'

const TOOLS = ['echo', 'result', 'refuse', 'fail']
const READING = { scopes: ['hostile:read'] }

async function behindTheGateway (t: Test, options: HostileHttpOptions) {
  const server = await startHostileHttp(options)
  t.teardown(server.close)
  const decided = { effect: 'change', scopes: READING.scopes, freshness: 'cached', arguments: { unknown: 'accept' } }
  const definitions: readonly JsonObject[] = TOOLS.map(name => ({ name, inputSchema: { type: 'object' } }))
  const file = {
    name: 'hostile',
    prefix: '',
    transport: { http: { url: server.url } },
    limits: { concurrent: 500, maxSessions: 500 },
    tools: Object.fromEntries(TOOLS.map(name => [name, decided]))
  }
  const files = { 'hostile.json': file, 'hostile.lock.json': lockOf('hostile', definitions, options.revision) }
  const { gateway } = await gatewayWithUpstreams(t, { files, createUpstream })
  return { server, client: gateway.connect(READING), legacy: gateway.connect(READING, 'legacy') }
}

t.test('headers, challenges, cookies and redirects of the server are in no answer (cases 57 to 59)', async t => {
  covers('upstream.credentials-stay')
  const { server, client } = await behindTheGateway(t, { revision: LEGACY, sessions: true, form: 'stream' })
  const headers = {
    'set-cookie': ['of-the-upstream=1'],
    'mcp-session-id': 'of-the-upstream',
    'access-control-allow-origin': 'https://of-the-upstream.example',
    'www-authenticate': 'Bearer resource_metadata="https://of-the-upstream.example/"',
    location: 'http://169.254.169.254/of-the-upstream',
    'x-of-the-upstream': '1'
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'of-the-upstream' } })
  const each = collected(t)
  const statuses: number[] = []
  for (const status of [undefined, 302, 307, 401, 403, 429, 500, 503]) {
    if (status !== undefined) server.answerNext('tools/call', { status, headers, body })
    const answer = await client.callTool('echo', { text: 'hello' })
    statuses.push(answer.status)
    each.notMatch(JSON.stringify([answer.headers, answer.body]), /of-the-upstream|upstream=1/, String(status))
    each.equal(answer.headers['set-cookie'], undefined)
    each.equal(answer.headers['mcp-session-id'], undefined)
    each.equal(answer.headers['www-authenticate'], undefined)
  }
  each.strictSame(statuses, [200, 502, 502, 502, 502, 503, 502, 502])
  each.end()
})

t.test('a session that does not begin is one attempt and 200 answers with 503 (case 50)', async t => {
  covers('upstream.one-start')
  const { server, client } = await behindTheGateway(t, { revision: LEGACY, sessions: true })
  server.answerNext('initialize', { status: 500 })
  const answers = await Promise.all(Array.from({ length: 200 }, () => client.callTool('echo')))
  t.strictSame([...new Set(answers.map(({ status }) => status))], [503])
  t.strictSame([...new Set(answers.map(({ headers }) => headers['retry-after']))], ['5'])
  t.equal(server.count('initialize'), 1)
  await eventually('the next session begins', async () => (await client.callTool('echo')).status === 200)
})

t.test('a member that a result has twice reaches the client once: what is read is what was written again', async t => {
  covers('proxy.results-relayed')
  const { server, client } = await behindTheGateway(t, { revision: MODERN })
  await client.callTool('echo')
  const id = Number(server.seen.at(-1)?.message?.['id']) + 1
  const result = '{"resultType":"complete","isError":true,"isError":false,"content":[],"content":[{"type":"text","text":"x"}]}'
  server.answerNext('tools/call', {
    status: 200, headers: { 'content-type': 'application/json' }, body: `{"jsonrpc":"2.0","id":${id},"result":${result}}`
  })
  const { body } = await client.callTool('echo')
  const text = JSON.stringify(body)
  t.equal(text.split('"isError"').length, 2)
  t.match(body, { result: { isError: false, content: [{ text: 'x' }] } })
})

t.test('errors of JSON-RPC are results that a model can read; only one that may have been executed says so', async t => {
  covers('proxy.outcomes-say-what-happened')
  const { client } = await behindTheGateway(t, { revision: MODERN })
  const each = collected(t)
  for (const [code, executed] of [[-32601, false], [-32602, false], [-32603, true], [-32000, true]] as const) {
    const { status, result } = await client.callTool('refuse', { code })
    each.equal(status, 200, String(code))
    each.match(result, { isError: true, content: [{ text: /^The server answered with an error: m+/ }] }, String(code))
    each.equal(JSON.stringify(result).includes('The call may have been made all the same'), executed, String(code))
  }
  each.end()
})

t.test('structured content that is no object reaches modern clients alone (case 68)', async t => {
  covers('proxy.results-relayed')
  const { client, legacy } = await behindTheGateway(t, { revision: MODERN })
  const args = { result: { resultType: 'complete', content: [{ type: 'text', text: '5' }], structuredContent: 5 } }
  t.match((await client.callTool('result', args)).result, { structuredContent: 5, resultType: 'complete' })
  const { result = {} } = await legacy.callTool('result', args)
  t.strictSame(Object.keys(result).toSorted(), ['content'])
})
