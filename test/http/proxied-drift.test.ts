// What a server lists against what was reviewed: names that it swaps, changes, adds or drops, and what of all that a client sees.

import t from 'tap'
import { err, ok } from '../../src/kernel/result.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { gatewayWithUpstreams, PAYING, TRANSFER } from '../support/gateway-with-upstreams.ts'
import { PAYMENT_TOOLS } from '../support/upstream-files.ts'

const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code
const [transfer = {}, balance = {}, close = {}] = PAYMENT_TOOLS

t.test('a tool without a decision is in no list, page, metadata or document (case 1)', async t => {
  covers('proxy.undecided-tools-do-not-exist')
  const tools = [...PAYMENT_TOOLS, { name: 'export_ledger', inputSchema: { type: 'object' } }]
  const { gateway } = await gatewayWithUpstreams(t, { tools })
  const client = gateway.connect(PAYING)
  const documents = await Promise.all(
    ['/docs/mcp', '/.well-known/oauth-protected-resource/mcp', '/authorization-details-types/mcp', '/llms.txt', '/mcp/tools']
      .map(async url => (await gateway.app.inject(url)).body))
  const shown = [...documents, JSON.stringify((await client.listTools()).body), JSON.stringify((await client.initialize()).body)]
  t.match(shown.join('\n'), 'pay_transfer')
  t.notMatch(shown.join('\n'), /close_account|export_ledger/)
})

t.test('a tool that claims to read only is published as its decision says, with a fresh token for each call (case 15)', async t => {
  covers('proxy.effect-is-the-operators-word')
  const { gateway } = await gatewayWithUpstreams(t)
  const client = gateway.connect(PAYING)
  const listed = (await client.listTools()).result?.tools.find(({ name }) => name === 'pay_transfer')
  t.match(transfer['annotations'], { readOnlyHint: true })
  t.match(listed, { annotations: { readOnlyHint: false, destructiveHint: true } })
  await client.callTool('pay_transfer', TRANSFER)
  await client.callTool('pay_transfer', TRANSFER)
  await client.callTool('pay_get_balance')
  t.equal(gateway.authorizationServer.introspections(), 3, 'the list, then each transfer; the balance is answered from the cache')
})

t.test('two tools whose names are swapped are both refused (case 6)', async t => {
  covers('proxy.changed-tools-refused')
  const { gateway, stub, events } = await gatewayWithUpstreams(t)
  stub.tools = [{ ...transfer, name: 'get_balance' }, { ...balance, name: 'transfer' }, close]
  const client = gateway.connect(PAYING)
  t.equal(codeOf((await client.callTool('pay_transfer', TRANSFER)).body), 'GW_UPSTREAM_TOOL_CHANGED')
  t.equal(codeOf((await client.callTool('pay_get_balance')).body), 'GW_UPSTREAM_TOOL_CHANGED')
  t.equal(stub.calls.length, 0)
  t.match(events.filter(({ kind }) => kind === 'drift'), [{ tools: ['transfer', 'get_balance'] }])
})

t.test('a tool that was renamed: the old name is unknown at the server, the new one is unknown here (case 7)', async t => {
  covers('proxy.changed-tools-refused', 'proxy.undecided-tools-do-not-exist')
  const { gateway, stub, events } = await gatewayWithUpstreams(t)
  stub.tools = [{ ...transfer, name: 'transfer_money' }, balance, close]
  stub.answer = ({ tool }) => ({ kind: 'refused', code: -32602, message: `Unknown tool: ${tool}`, executed: 'no' })
  const client = gateway.connect(PAYING)
  t.match((await client.callTool('pay_transfer', TRANSFER)).result,
    { isError: true, content: [{ text: 'The server answered with an error: Unknown tool: transfer' }] })
  t.equal(stub.calls.length, 1)
  for (const name of ['pay_transfer_money', 'transfer_money']) {
    t.match((await client.callTool(name, TRANSFER)).error, { message: 'Invalid params: unknown tool' }, name)
  }
  t.equal(stub.calls.length, 1)
  t.notMatch(JSON.stringify((await client.listTools()).body), 'transfer_money')
  t.strictSame(events.filter(({ kind }) => kind === 'drift'), [], 'what a server lists may depend on its caller')
})

t.test('a schema that gains an optional argument is a change: the tool is refused, with the argument and without (case 9)', async t => {
  covers('proxy.changed-tools-refused')
  const { gateway, stub } = await gatewayWithUpstreams(t)
  const schema = transfer['inputSchema'] as { properties: JsonObject }
  const inputSchema = { ...schema, properties: { ...schema.properties, on_behalf_of: { type: 'string' } } }
  stub.tools = [{ ...transfer, inputSchema }, balance, close]
  const client = gateway.connect(PAYING)
  t.equal(codeOf((await client.callTool('pay_transfer', TRANSFER)).body), 'GW_UPSTREAM_TOOL_CHANGED')
  t.match((await client.callTool('pay_transfer', { ...TRANSFER, on_behalf_of: '1005' })).result, { isError: true })
  t.equal(stub.calls.length, 0)
})

t.test('a thousand changes told while the tools are being listed cost one more list, and never two at a time (case 5)', async t => {
  covers('proxy.changed-tools-refused')
  const { gateway, stub, clock } = await gatewayWithUpstreams(t)
  let running = 0
  let most = 0
  const releases: Array<() => void> = []
  stub.listing = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>(resolve => { releases.push(resolve) })
    running -= 1
    return { ok: true, value: { revision: '2025-11-25', server: { name: 'acme', version: '1' }, capabilities: {}, tools: PAYMENT_TOOLS } }
  }
  const client = gateway.connect(PAYING)
  const calls = (count: number) => Promise.all(Array.from({ length: count }, () => client.callTool('pay_get_balance')))
  const first = calls(10)
  while (releases.length === 0) await new Promise(resolve => { setImmediate(resolve) })
  for (let told = 0; told < 1000; told += 1) stub.tell({ kind: 'tools-changed' })
  releases.shift()?.()
  await first
  clock.advance(2000)
  const second = calls(10)
  while (releases.length === 0) await new Promise(resolve => { setImmediate(resolve) })
  releases.shift()?.()
  t.ok((await second).every(({ status }) => status === 200))
  await calls(10)
  t.equal(stub.lists, 2)
  t.equal(most, 1)
})

t.test('what was compared once stays valid while the list cannot be had, and a tool that was refused stays refused', async t => {
  covers('proxy.changed-tools-refused')
  const { gateway, stub, clock } = await gatewayWithUpstreams(t)
  const client = gateway.connect(PAYING)
  stub.tools = [{ ...transfer, title: 'Other' }, balance, close]
  const each = collected(t)
  each.equal(codeOf((await client.callTool('pay_transfer', TRANSFER)).body), 'GW_UPSTREAM_TOOL_CHANGED')
  stub.listing = async () => err({ kind: 'not-executed', reason: 'unreachable' })
  stub.tell({ kind: 'tools-changed' })
  clock.advance(2000)
  each.equal((await client.callTool('pay_get_balance')).status, 200)
  each.equal(codeOf((await client.callTool('pay_transfer', TRANSFER)).body), 'GW_UPSTREAM_TOOL_CHANGED')
  each.end()
})

t.test('each new session and process is compared, beside the calls and not more than once in a second', async t => {
  covers('proxy.changed-tools-refused')
  const { gateway, stub, clock } = await gatewayWithUpstreams(t)
  const client = gateway.connect(PAYING)
  const caller = { person: { issuer: 'https://as.example', subject: '2001' }, clientId: 'another' }
  stub.connected(caller)
  t.equal(stub.lists, 0, 'the first comparison comes with the first call')
  t.equal((await client.callTool('pay_get_balance')).status, 200)
  stub.connected(caller)
  t.equal(stub.lists, 1, 'the comparison opens a connection itself')
  stub.tools = [{ ...transfer, title: 'Other' }, balance, close]
  clock.advance(2000)
  for (let count = 0; count < 100; count += 1) stub.connected(caller)
  await eventually('the changed program is found out', async () => {
    const { body } = await client.callTool('pay_transfer', TRANSFER)
    return codeOf(body) === 'GW_UPSTREAM_TOOL_CHANGED'
  })
  t.equal(stub.lists, 2)
})

t.test('the comparison that a call waits for counts against the time of that call', async t => {
  covers('proxy.changed-tools-refused')
  const { gateway, stub, clock } = await gatewayWithUpstreams(t)
  stub.listing = async () => {
    clock.advance(4000)
    return ok({ revision: '2025-11-25', server: { name: 'acme', version: '1.0.0' }, capabilities: { tools: {} }, tools: stub.tools })
  }
  const client = gateway.connect(PAYING)
  await client.callTool('pay_get_balance')
  await client.callTool('pay_get_balance')
  const [first = 0, second = 0] = stub.calls.map(({ timeoutMs }) => timeoutMs)
  t.ok(second - first >= 3999, `${first} ms were left of ${second} ms`)
})
