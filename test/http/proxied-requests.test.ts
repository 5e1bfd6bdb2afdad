// Requests as hostile clients write them, for tools of other servers: what of them reaches the server, and what does not.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { MODERN_VERSIONS } from '../../src/mcp/protocol.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { gatewayWithUpstreams, PAYING, TRANSFER } from '../support/gateway-with-upstreams.ts'
import { lockOf, PAYMENT_FILES, PAYMENT_TOOLS } from '../support/upstream-files.ts'

type Setting = Awaited<ReturnType<typeof gatewayWithUpstreams>>

/** Sends the text of `params` as it is. */
async function send ({ gateway }: Setting, params: string, { token = PAYING, headers = {} } = {}) {
  const { statusCode, body } = await gateway.app.inject({
    method: 'POST',
    url: '/mcp',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${gateway.authorizationServer.issue(token)}`,
      ...headers
    },
    payload: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`
  })
  return { status: statusCode, body }
}

const paying = (args: string, more = '') => `{"name":"pay_transfer","arguments":${args}${more}}`

t.test('arguments — an amount that is there twice is refused, and the server is not asked (case 16)', async t => {
  covers('mcp.repeated-member-refused', 'proxy.arguments-judged-as-forwarded')
  const setting = await gatewayWithUpstreams(t)
  const each = collected(t)
  for (const amounts of ['"amount":1,"amount":1000000', '"amount":1000000,"amount":1', '"amount":1,"\\u0061mount":1000000']) {
    const { status, body } = await send(setting, paying(`{${amounts},"currency":"JPY","to":"acct-7"}`))
    each.equal(status, 400, amounts)
    each.match(body, 'an object has one member twice', amounts)
  }
  each.equal((await send(setting, `{"name":"pay_get_balance","name":"pay_transfer","arguments":${JSON.stringify(TRANSFER)}}`)).status, 400)
  each.equal(setting.stub.calls.length, 0)
  each.end()
})

t.test('arguments — what was judged is written again: the spelling of the client reaches no server (cases 16 and 20)', async t => {
  covers('proxy.arguments-judged-as-forwarded')
  const setting = await gatewayWithUpstreams(t)
  const written = '{ "\\u0061mount" : 1e3, "currency":"\\u004aPY",\n"to":"acct-7", "memo":{"text":"\\u0000"} }'
  t.equal((await send(setting, paying(written))).status, 200)
  await send(setting, paying('{"amount":-0,"currency":"JPY","to":"acct-7"}'))
  t.strictSame(setting.stub.calls.map(({ arguments: args }) => JSON.stringify(args)), [
    '{"amount":1000,"currency":"JPY","to":"acct-7","memo":{"text":"\\u0000"},"account_holder":"1004"}',
    '{"amount":0,"currency":"JPY","to":"acct-7","account_holder":"1004"}'
  ])
})

t.test('arguments — of another type are refused only to those who may call, and no server is asked (case 19)', async t => {
  covers('proxy.denied-calls-stay-here')
  const setting = await gatewayWithUpstreams(t)
  const each = collected(t)
  for (const amount of ['"16000"', '1.5', '-1', '1e400', '9007199254740993', '[1]', 'null']) {
    const args = paying(`{"amount":${amount},"currency":"JPY","to":"acct-7"}`)
    each.match(await send(setting, args), { status: 200, body: /Invalid arguments: amount/ }, amount)
    each.equal((await send(setting, args, { token: { ...PAYING, scopes: ['payments:read'] } })).status, 403, amount)
  }
  each.equal(setting.stub.calls.length, 0)
  each.end()
})

t.test('arguments — 2,000 levels, 5,000 names and names of prototypes are refused here (cases 18 and 27)', async t => {
  covers('proxy.unknown-arguments-refused')
  const setting = await gatewayWithUpstreams(t)
  const refused = async (args: string): Promise<boolean> => {
    const { status, body } = await send(setting, paying(args))
    return status === 400 || (status === 200 && body.includes('"isError":true'))
  }
  const each = collected(t)
  const rest = '"amount":1,"currency":"JPY","to":"acct-7"'
  each.ok(await refused(`{${rest},"memo":${'['.repeat(2000)}${']'.repeat(2000)}}`), 'nested')
  each.ok(await refused(`{${rest},"memo":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`), 'nested objects')
  each.ok(await refused(`{${rest},${Array.from({ length: 5_000 }, (_, index) => `"n${index}":1`).join(',')}}`), 'names')
  for (const name of ['__proto__', 'constructor', 'amount\\u0000', 'amounT', 'Amount', 'paramſ', 'amount ']) {
    each.ok(await refused(`{${rest},"${name}":1}`), name)
  }
  each.equal(setting.stub.calls.length, 0)
  each.end()
})

t.test('_meta — nothing that a client puts there reaches the server (case 29)', async t => {
  covers('upstream.meta-of-this-hop')
  const setting = await gatewayWithUpstreams(t)
  const meta = {
    'io.modelcontextprotocol/clientInfo': { name: 'of-the-client', version: '1' },
    'com.example/vendor': { secret: 'of-the-client' },
    progressToken: 'of-the-client'.repeat(2000),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    baggage: 'user=of-the-client'
  }
  t.equal((await send(setting, paying(JSON.stringify(TRANSFER), `,"_meta":${JSON.stringify(meta)}`))).status, 200)
  const [call] = setting.stub.calls
  const given = Object.entries(call ?? {}).flatMap(([name, value]) => value === undefined ? [] : [name]).toSorted()
  t.strictSame(given, ['arguments', 'caller', 'changes', 'onProgress', 'signal', 'timeoutMs', 'tool'])
  t.notMatch(JSON.stringify(call), /of-the-client|0af7651916cd43dd/)
})

t.test('headers — a mirrored parameter that differs from the argument is refused; an equal one is mirrored (case 30)', async t => {
  covers('eras.headers-mirror-the-body')
  const [first = {}, ...others] = PAYMENT_TOOLS
  const schema = first['inputSchema'] as { properties: JsonObject }
  const properties = { ...schema.properties, to: { type: 'string', 'x-mcp-header': 'Recipient' } }
  const tools = [{ ...first, inputSchema: { ...schema, properties } }, ...others]
  const setting = await gatewayWithUpstreams(t, {
    files: { ...PAYMENT_FILES, 'payments.lock.json': lockOf('payments', tools) }, tools
  })
  const version = MODERN_VERSIONS[0]
  const meta = { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} }
  const call = (recipient: string) => send(setting, paying(JSON.stringify(TRANSFER), `,"_meta":${JSON.stringify(meta)}`), {
    headers: {
      'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': 'pay_transfer', 'mcp-param-recipient': recipient
    }
  })
  t.match(await call('acct-8'), { body: /-32020/ })
  t.equal(setting.stub.calls.length, 0)
  t.equal((await call('acct-7')).status, 200)
  t.match(setting.stub.calls, [{ mirroredHeaders: { 'Mcp-Param-Recipient': 'acct-7' } }])
})

t.test('persons — a refreshed token is the same caller, and one for another client or person is another (case 48)', async t => {
  covers('upstream.isolation')
  const { gateway, stub } = await gatewayWithUpstreams(t)
  const tokens = [PAYING, PAYING, { ...PAYING, clientId: 'other' }, { ...PAYING, subject: '1005' }]
  for (const token of tokens) await gateway.connect(token).callTool('pay_transfer', TRANSFER)
  t.equal(gateway.authorizationServer.introspections(), 4, 'four tokens')
  const [first, refreshed, ...others] = stub.calls.map(({ caller }) => caller)
  t.strictSame(refreshed, first)
  t.match(others, [{ person: { subject: '1004' }, clientId: 'other' }, { person: { subject: '1005' }, clientId: 'test-client' }])
  t.notMatch(JSON.stringify(stub.calls), /Bearer|token/i)
})
