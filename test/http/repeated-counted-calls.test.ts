// Counted calls that are made twice, by the client with its idempotency key or by the gateway after a lost answer: what the second one did
// not do, the first one may have done, so a total is never given back for it.

import t from 'tap'
import { createSqliteLedger, openLedgerDatabase } from '../../src/storage/sqlite/sqlite-ledger.ts'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { collected } from '../support/collected.ts'
import { BUDGET, countedFiles, countedGateway, countedPayments, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { startExchangeGateway } from '../support/exchange-gateway.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

const WISH = { ...TRANSFER, idempotency_key: 'rent' }
const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code
const textOf = (result: unknown) => (result as { content?: [{ text?: string }] } | undefined)?.content?.[0].text
const LOST: UpstreamOutcome = { kind: 'unknown', reason: 'broken-stream' }
const NOT_THIS_TIME: readonly UpstreamOutcome[] = [
  { kind: 'not-executed', reason: 'overloaded' },
  { kind: 'not-executed', reason: 'unreachable' },
  { kind: 'not-executed', reason: 'input-required' },
  { kind: 'changed', executed: 'no' },
  { kind: 'refused', code: -32600, message: 'a payment with this key exists', executed: 'no' },
  { kind: 'refused', code: -32602, message: 'a payment with this key exists', executed: 'no' },
  { kind: 'answered', executed: 'no', result: { content: [], isError: true } },
  { kind: 'answered', result: { content: [], isError: true } }
]

t.test('a lost answer, and the same key again without success — the debit stays, whatever the second answer was', async t => {
  covers('ledger.idempotency-key', 'ledger.outcomes')
  const each = collected(t)
  for (const second of NOT_THIS_TIME) {
    const { gateway, stub, ledger, lines } = await countedGateway(t, { idempotencyKey: '/idempotency_key', toolError: 'not-executed' })
    const client = gateway.connect(withBudget({ maxTotalAmount: 10_000 }))
    stub.answer = () => LOST
    await client.callTool('pay_transfer', WISH)
    stub.answer = () => second
    await client.callTool('pay_transfer', WISH)
    const name = JSON.stringify(second)
    each.strictSame((await ledger.list({ limit: 9 })).map(({ state }) => state), ['unknown'], name)
    each.match(lines.at(-1), { line: 'settled', outcome: 'unknown' }, name)
    stub.answer = () => ({ kind: 'answered', result: { content: [] } })
    each.equal((await client.callTool('pay_transfer', { ...WISH, idempotency_key: 'other' })).status, 403, name)
    each.equal((await client.callTool('pay_transfer', WISH)).status, 200, name)
    each.match(await ledger.list({ limit: 9 }), [{ state: 'settled' }], name)
  }
  each.end()
})

t.test('a call that the gateway repeats because it is idempotent — is as unknown as its first attempt', async t => {
  covers('ledger.outcomes', 'upstream.never-repeated')
  const each = collected(t)
  const files = countedFiles({ toolError: 'not-executed' })
  const { transfer, ...others } = files['payments.json'].tools
  const decisions = { ...others, transfer: { ...transfer, idempotent: true } }
  const idempotent = { ...files, 'payments.json': { ...files['payments.json'], tools: decisions } }
  for (const second of NOT_THIS_TIME) {
    const { gateway, stub, ledger } = await countedGateway(t, undefined, undefined, { files: idempotent })
    stub.answer = () => stub.calls.length === 1 ? LOST : second
    const answer = await gateway.connect(withBudget()).callTool('pay_transfer', TRANSFER)
    const name = JSON.stringify(second)
    each.equal(stub.calls.length, 2, name)
    each.match(await ledger.list({ limit: 9 }), [{ state: 'unknown', amount: 10_000 }], name)
    if (second.kind === 'not-executed' || second.kind === 'changed') {
      each.strictSame([answer.status, codeOf(answer.body)], [502, 'GW_UPSTREAM_OUTCOME_UNKNOWN'], name)
    }
    if (second.kind === 'refused') each.match(textOf(answer.result), /may have been made all the same/, name)
  }
  each.end()
})

t.test('the same key with a new token — the server is shown a token for the element whose budget was debited', async t => {
  covers('ledger.idempotency-key', 'delegation.narrow-as-the-consent')
  const ledger = createSqliteLedger(await openLedgerDatabase({ path: ':memory:' }))
  t.teardown(() => ledger.close())
  const { detailsTypes, tools } = countedPayments({ idempotencyKey: '/to' })
  const { server, issue, client, stub } = await startExchangeGateway(t, {
    others: { detailsTypes, tools }, accounts: { ledger, resource: 'https://api.example/mcp', audit: () => undefined }
  })
  const small = { ...BUDGET, maxTotalAmount: 1, budgetId: 'small' }
  const shown = async (...elements: object[]) => {
    stub.answer = () => LOST
    t.equal((await client(issue({ authorization_details: elements as never })).callTool('pay_transfer', TRANSFER)).status, 502)
    return JSON.parse(server.exchanges.at(-1)?.get('authorization_details') ?? 'null') as unknown
  }
  t.strictSame(await shown(small, BUDGET), [BUDGET], 'the first one is used up')
  t.strictSame(await shown(BUDGET, small), [BUDGET], 'in another order')
  t.strictSame(await shown(small, small, small, BUDGET), [BUDGET])
  const other = { ...BUDGET, budgetId: 'b-2' }
  t.strictSame(await shown(other), [other], 'the debited one is gone: never a token without details')
  t.equal((await ledger.list({ limit: 9 })).length, 1)
})

t.test('what a key finds — the same arguments in whatever way they are written, and never others', async t => {
  covers('ledger.idempotency-key')
  const { gateway, stub } = await countedGateway(t, { idempotencyKey: '/idempotency_key' })
  const authorization = `Bearer ${gateway.authorizationServer.issue(withBudget())}`
  const headers = { authorization, 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const call = async (args: string) => {
    const payload = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay_transfer","arguments":{${args}}}}`
    const { body } = await gateway.app.inject({ method: 'POST', url: '/mcp', headers, payload })
    return textOf((JSON.parse(body) as { result?: unknown }).result) ?? 'made'
  }
  stub.answer = () => ({ kind: 'answered', result: { content: [{ type: 'text', text: `payment ${stub.calls.length}` }] } })
  const first = '"amount":100,"currency":"JPY","to":"caf\u00e9","idempotency_key":"k"'
  const same = [
    '"idempotency_key":"k","to":"caf\\u00e9","currency":"JPY","amount":100',
    '"amount":1e2,"currency":"JPY","to":"café","idempotency_key":"k"',
    '"amount":100.0,"currency":"\\u004aPY","to":"café","idempotency_key":"\\u006b"'
  ]
  const others = [
    '"amount":101,"currency":"JPY","to":"café","idempotency_key":"k"',
    '"amount":100,"currency":"JPY","to":"cafe\u0301","idempotency_key":"k"',
    '"amount":100,"currency":"JPY","to":"café ","idempotency_key":"k"'
  ]
  t.equal(await call(first), 'payment 1')
  for (const args of same) t.equal(await call(args), 'payment 1', args)
  for (const args of others) t.match(await call(args), /belongs to an earlier call with other arguments/, args)
  t.equal(stub.calls.length, 1)
  const rest = '"amount":1,"currency":"JPY","to":"a"'
  t.equal(await call(`${rest},"idempotency_key":"K"`), 'payment 2', 'another case is another key')
  t.equal(await call(`${rest},"idempotency_key":"${'k'.repeat(256)}"`), 'payment 3')
  for (const key of ['""', `"${'k'.repeat(257)}"`, '"k\\u0000"', '"k\\ud800"', '"ｋ"', '" k"', '7', 'null', '["k"]', '{"k":1}']) {
    t.match(await call(`${rest},"idempotency_key":${key}`), /visible ASCII|expected string/, key)
  }
  t.equal(stub.calls.length, 3, 'none of these was made')
})

t.test('a result that is too long to be kept — the call is not made again, and the client is told', async t => {
  covers('ledger.idempotency-key')
  const { gateway, stub, steps } = await countedGateway(t, { idempotencyKey: '/idempotency_key' })
  const client = gateway.connect(withBudget())
  stub.answer = () => ({ kind: 'answered', result: { content: [{ type: 'text', text: 'x'.repeat(17_000) }] } })
  t.equal(textOf((await client.callTool('pay_transfer', WISH)).result)?.length, 17_000)
  const again = await client.callTool('pay_transfer', WISH)
  t.match(again.result, { isError: true, content: [{ text: /was made already, and its result is not kept any more/ }] })
  t.equal(stub.calls.length, 1)
  t.strictSame(steps(), ['held', 'executed', 'repeated'])
})
