// Counted calls that end in another way than with an answer to their client: the client has gone, or no token could be had for the server.

import t from 'tap'
import { createSqliteLedger, openLedgerDatabase } from '../../src/storage/sqlite/sqlite-ledger.ts'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { BUDGET, countedGateway, countedPayments, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startExchangeGateway } from '../support/exchange-gateway.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

t.test('a client that goes away during a payment — the hold is settled by what the server answers (case 44)', async t => {
  covers('ledger.outcomes', 'upstream.cancellation')
  const { gateway, stub, ledger, lines } = await countedGateway(t)
  const origin = await gateway.app.listen({ host: '127.0.0.1', port: 0 })
  const authorization = `Bearer ${gateway.authorizationServer.issue(withBudget())}`
  const last = async () => (await ledger.list({ limit: 9 })).at(-1)
  const outcomes: ReadonlyArray<readonly [UpstreamOutcome, state: string, charged?: number]> = [
    [{ kind: 'answered', result: { content: [], structuredContent: { charged: 4_000 } } }, 'settled', 4_000],
    [{ kind: 'unknown', reason: 'timeout' }, 'unknown'],
    [{ kind: 'not-executed', reason: 'unreachable' }, 'released']
  ]
  for (const [index, [outcome, state, charged]] of outcomes.entries()) {
    const leaving = new AbortController()
    let answer: (outcome: UpstreamOutcome) => void = () => {}
    const asked = new Promise<void>(resolve => {
      stub.answer = () => {
        resolve()
        return new Promise(_resolve => { answer = _resolve })
      }
    })
    const gone = t.rejects(fetch(`${origin}/mcp`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'pay_transfer', arguments: TRANSFER } })
    }))
    await asked
    leaving.abort()
    await gone
    await eventually('the call knows that its client has gone', () => stub.calls.at(-1)?.signal?.aborted === true)
    t.match(await last(), { state: 'held', amount: 10_000 })
    answer(outcome)
    await eventually('it is settled', async () => (await last())?.state !== 'held')
    const { state: became, charged: paid } = await last() ?? {}
    t.strictSame([became, paid], [state, charged])
    await eventually('with its line of the audit log', () => lines.length === 2 * (index + 1))
  }
})

t.test('no token for the server — the call was not made, and the amount is given back', async t => {
  covers('ledger.outcomes', 'delegation.refusals-tell-whose-fault')
  const ledger = createSqliteLedger(await openLedgerDatabase({ path: ':memory:' }))
  t.teardown(() => ledger.close())
  const { detailsTypes, tools } = countedPayments({})
  const { server, issue, client, stub } = await startExchangeGateway(t, {
    others: { detailsTypes, tools }, accounts: { ledger, resource: 'https://api.example/mcp', audit: () => undefined }
  })
  const budget = { authorization_details: [{ ...BUDGET, maxTotalAmount: 10_000 }] }
  const usual = server.answer
  const failures = [
    { status: 400, body: { error: 'invalid_target' } }, { status: 200, body: 'no object' }, { status: 500, body: {} }
  ]
  const statuses: number[] = []
  for (const failure of failures) {
    server.answer = () => failure
    statuses.push((await client(issue(budget)).callTool('pay_transfer', TRANSFER)).status)
  }
  t.strictSame(statuses, [502, 502, 503])
  t.strictSame((await ledger.list({ limit: 9 })).map(({ state }) => state), ['released', 'released', 'released'])
  server.answer = usual
  t.equal((await client(issue(budget)).callTool('pay_transfer', TRANSFER)).status, 200, 'the whole budget is there')
  t.equal(stub.calls.length, 1)
  stub.answer = () => ({ kind: 'not-executed', reason: 'credentials-rejected' })
  const other = { authorization_details: [{ ...BUDGET, maxTotalAmount: 10_000, budgetId: 'b-2' }] }
  t.equal((await client(issue(other)).callTool('pay_transfer', TRANSFER)).status, 502, 'refused by the server, twice')
  t.match((await ledger.list({ limit: 9 })).at(-1), { state: 'released' })
})
