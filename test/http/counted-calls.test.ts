// Totals over another server's tool through the whole gateway: what is held, what a client is told, and what becomes of each outcome.

import t from 'tap'
import { AuditUnavailable } from '../../src/kernel/fault.ts'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { collected } from '../support/collected.ts'
import { BUDGET, countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code
const textOf = (result: unknown) => (result as { content?: [{ text?: string }] }).content?.[0].text
const answered = (structuredContent: object, more: object = {}): UpstreamOutcome => {
  return { kind: 'answered', result: { content: [], structuredContent: { ...structuredContent }, ...more } }
}

t.test('three payments of 10,000, and a fourth of 1 — 403 with what remains; the next month allows it (case 35)', async t => {
  covers('ledger.total-across-calls', 'ledger.refusal-says-what-remains')
  const { gateway, stub, clock, steps } = await countedGateway(t, {})
  const client = gateway.connect(withBudget())
  for (let call = 0; call < 3; call++) t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200)
  const refused = await client.callTool('pay_transfer', { ...TRANSFER, amount: 1 })
  t.equal(refused.status, 403)
  const now = new Date(clock.now())
  const until = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
  t.match(refused.error, {
    message: `A total of the authorization details is used up: this call needs 1 JPY, and 0 JPY is left until ${until.toISOString()}; ` +
      'authorize again for this call alone',
    data: {
      error: 'insufficient_authorization',
      total: { member: 'maxTotalAmount', needed: 1, remaining: 0, currency: 'JPY', until: until.toISOString() }
    }
  })
  const remedy = JSON.parse(Buffer.from(refused.challenge?.['authorization_remediation'] ?? '', 'base64url').toString()) as object
  t.match(remedy, {
    authorization_details: [
      { type: 'payment', actions: ['transfer'], maxAmount: 1, currency: 'JPY', recipients: ['acct-7'], maxTotalAmount: 1 }
    ]
  }, 'a budget of this call')
  t.equal(stub.calls.length, 3)
  t.strictSame(steps(), ['held', 'executed', 'held', 'executed', 'held', 'executed', 'refused'])
  clock.advance(until.getTime() - clock.now() - 1)
  t.equal((await client.callTool('pay_transfer', { ...TRANSFER, amount: 1 })).status, 403, 'the last millisecond of the month')
  clock.advance(1)
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200)
})

t.test('calls are counted too, by the day, for one client of one person', async t => {
  covers('ledger.total-across-calls', 'ledger.budget-of-person-and-client')
  const { gateway, clock } = await countedGateway(t)
  const token = withBudget({ maxCalls: 2, maxTotalAmount: 1_000_000 })
  const call = async (more: object = {}) => (
    await gateway.connect({ ...token, ...more }).callTool('pay_transfer', { ...TRANSFER, amount: 0 })
  ).status
  t.strictSame([await call(), await call(), await call()], [200, 200, 403])
  t.strictSame([await call({ clientId: 'other' }), await call({ subject: '1005' })], [200, 200])
  clock.advance(24 * 3_600_000)
  t.equal(await call(), 200)
})

t.test('an element without a total is not counted, and a balance is no payment', async t => {
  covers('ledger.total-across-calls')
  const { gateway, ledger } = await countedGateway(t)
  const unlimited = { scopes: ['payments:transfer', 'payments:read'], authorizationDetails: [{ ...BUDGET, maxTotalAmount: undefined }] }
  const client = gateway.connect(JSON.parse(JSON.stringify(unlimited)) as typeof unlimited)
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200)
  t.equal((await client.callTool('pay_get_balance', {})).status, 200)
  t.strictSame(await ledger.list({ limit: 10 }), [])
})

t.test('every outcome — is settled, given back or kept (cases 37, 38, 41, 45)', async t => {
  covers('ledger.outcomes')
  const each = collected(t)
  const cases: ReadonlyArray<readonly [UpstreamOutcome, state: string, status: number, code?: string]> = [
    [{ kind: 'answered', result: { content: [] } }, 'settled', 200],
    [{ kind: 'answered', result: { content: [], isError: true } }, 'unknown', 200],
    [{ kind: 'unknown', reason: 'timeout' }, 'unknown', 502, 'GW_UPSTREAM_OUTCOME_UNKNOWN'],
    [{ kind: 'unknown', reason: 'crashed' }, 'unknown', 502, 'GW_UPSTREAM_OUTCOME_UNKNOWN'],
    [{ kind: 'unknown', reason: 'unexpected-status' }, 'unknown', 502, 'GW_UPSTREAM_OUTCOME_UNKNOWN'],
    [{ kind: 'too-large' }, 'unknown', 502, 'GW_UPSTREAM_TOO_LARGE'],
    [{ kind: 'changed', executed: 'unknown' }, 'unknown', 502, 'GW_UPSTREAM_OUTCOME_UNKNOWN'],
    [{ kind: 'changed', executed: 'no' }, 'released', 503, 'GW_UPSTREAM_CHANGED'],
    [{ kind: 'refused', code: -32603, message: 'x', executed: 'unknown' }, 'unknown', 200],
    [{ kind: 'refused', code: -32602, message: 'x', executed: 'no' }, 'unknown', 200],
    [{ kind: 'refused', code: -32601, message: 'x', executed: 'no' }, 'released', 200],
    [{ kind: 'not-executed', reason: 'unreachable' }, 'released', 503, 'GW_UPSTREAM_UNAVAILABLE'],
    [{ kind: 'not-executed', reason: 'resting' }, 'released', 503, 'GW_UPSTREAM_UNAVAILABLE'],
    [{ kind: 'not-executed', reason: 'busy' }, 'released', 503, 'GW_UPSTREAM_BUSY'],
    [{ kind: 'not-executed', reason: 'input-required' }, 'released', 200]
  ]
  for (const [outcome, state, status, code] of cases) {
    const { gateway, stub, ledger } = await countedGateway(t, {})
    stub.answer = () => outcome
    const answer = await gateway.connect(withBudget()).callTool('pay_transfer', TRANSFER)
    const name = JSON.stringify(outcome)
    each.equal(answer.status, status, name)
    each.equal(codeOf(answer.body), code, name)
    each.strictSame((await ledger.list({ limit: 2 })).map(hold => hold.state), [state], name)
  }
  each.end()
})

t.test('-32602 — a client is told that the call may have been made where its amount stays held, and only there', async t => {
  covers('ledger.outcomes', 'proxy.outcomes-say-what-happened')
  const told = async (spending: object | undefined, tool: string) => {
    const { gateway, stub } = await countedGateway(t, spending)
    stub.answer = () => ({ kind: 'refused', code: -32602, message: 'no such account', executed: 'no' })
    const { result } = await gateway.connect(withBudget()).callTool(tool, tool === 'pay_transfer' ? TRANSFER : {})
    return /no such account.*may have been made all the same/.test(textOf(result) ?? '')
  }
  t.strictSame([
    await told({}, 'pay_transfer'), await told({ toolError: 'not-executed' }, 'pay_transfer'), await told({}, 'pay_get_balance')
  ], [true, false, false])
})

t.test('a tool error gives back where the operator says that it means: not executed', async t => {
  covers('ledger.outcomes')
  const { gateway, stub, ledger } = await countedGateway(t, { toolError: 'not-executed' })
  stub.answer = () => answered({}, { isError: true })
  await gateway.connect(withBudget()).callTool('pay_transfer', TRANSFER)
  stub.answer = () => ({ kind: 'refused', code: -32602, message: 'x', executed: 'no' })
  await gateway.connect(withBudget()).callTool('pay_transfer', TRANSFER)
  t.strictSame((await ledger.list({ limit: 2 })).map(({ state }) => state), ['released', 'released'])
})

t.test('an answer that never came — the debit stays, the operator sees it, and release gives it back (case 37)', async t => {
  covers('ledger.outcomes', 'ledger.operator-resolves')
  const { gateway, stub, ledger, clock, lines, steps } = await countedGateway(t)
  const client = gateway.connect(withBudget({ maxTotalAmount: 10_000 }))
  stub.answer = () => ({ kind: 'unknown', reason: 'timeout' })
  const lost = await client.callTool('pay_transfer', TRANSFER)
  t.match(lost.error, { message: 'The call may have been made, and its outcome is not known: look before you repeat it.' })
  t.match(lines, [{ line: 'held', amount: 10_000, unit: 'JPY', again: false }, { line: 'settled', outcome: 'unknown', tool: 'transfer' }])
  stub.answer = () => answered({})
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 403)
  const [open] = await ledger.list({ states: ['unknown'], limit: 10 })
  t.match(open, { amount: 10_000, unit: 'JPY', subject: '1004', clientId: 'test-client' })
  await ledger.resolve(open?.id ?? 0, { kind: 'release' }, clock.now())
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200)
  t.strictSame(steps(), ['held', 'unknown', 'refused', 'held', 'charge-unreadable', 'executed'])
})

t.test('an idempotency key — one debit, one call, one outcome; never for other arguments (case 42)', async t => {
  covers('ledger.idempotency-key')
  const { gateway, stub } = await countedGateway(t)
  const client = gateway.connect(withBudget({ maxTotalAmount: 10_000 }))
  const call = { ...TRANSFER, idempotency_key: 'k-1' }
  stub.answer = () => ({ kind: 'unknown', reason: 'broken-stream' })
  t.equal((await client.callTool('pay_transfer', call)).status, 502)
  stub.answer = () => answered({ payment: 'p-1', charged: 10_000 })
  const first = await client.callTool('pay_transfer', call)
  const second = await client.callTool('pay_transfer', call)
  t.match(first.result, { structuredContent: { payment: 'p-1' } }, 'one debit for both')
  t.strictSame(second.result, first.result)
  t.equal(stub.calls.length, 2, 'an executed call is not made again')
  const reused = await client.callTool('pay_transfer', { ...call, amount: 1 })
  t.match(reused.result, { isError: true })
  t.match(textOf(reused.result), /other arguments/)
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 403, 'a call without the key is another one')
  t.match(textOf((await client.callTool('pay_transfer', { ...call, idempotency_key: 'two words' })).result), /visible ASCII/)
  t.equal(stub.calls.length, 2)
})

t.test('the same call twice at once with one key — goes to the server once', async t => {
  covers('ledger.idempotency-key')
  const { gateway, stub } = await countedGateway(t)
  const client = gateway.connect(withBudget())
  let finish: (outcome: UpstreamOutcome) => void = () => {}
  const asked = new Promise<void>(resolve => {
    stub.answer = () => {
      resolve()
      return new Promise(_resolve => { finish = _resolve })
    }
  })
  const call = { ...TRANSFER, idempotency_key: 'k-1' }
  const first = client.callTool('pay_transfer', call)
  await asked
  t.match(textOf((await client.callTool('pay_transfer', call)).result), /still running/)
  finish(answered({ charged: 10_000 }))
  t.equal((await first).status, 200)
  t.equal(stub.calls.length, 1)
})

t.test('without the line of the audit log or without the storage — no call is made, and nothing stays debited', async t => {
  covers('ledger.operator-resolves', 'ledger.outcomes')
  const { gateway, stub, ledger, audit } = await countedGateway(t)
  Object.assign(audit, { held: () => { throw new AuditUnavailable('full') } })
  const client = gateway.connect(withBudget())
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 503)
  t.strictSame((await ledger.list({ limit: 2 })).map(({ state }) => state), ['released'])
  await ledger.close()
  t.strictSame([(await client.callTool('pay_transfer', TRANSFER)).status, stub.calls.length], [503, 0])
})

t.test('a storage that fails after the call — the client has its answer, and the debit stays', async t => {
  covers('ledger.outcomes')
  const { gateway, stub, ledger, steps } = await countedGateway(t)
  stub.answer = async () => {
    await ledger.close()
    return answered({ charged: 10_000 })
  }
  t.equal((await gateway.connect(withBudget()).callTool('pay_transfer', TRANSFER)).status, 200)
  t.strictSame(steps(), ['held', 'unsettled'])
})

t.test('explain_authorization says what is left of each total, and spends nothing', async t => {
  covers('ledger.counts-explained')
  const { gateway, ledger } = await countedGateway(t, {})
  const client = gateway.connect(withBudget({ maxCalls: 5 }))
  await client.callTool('pay_transfer', { ...TRANSFER, amount: 4_000 })
  const { result } = await client.callTool('explain_authorization', { tool: 'pay_transfer' })
  const { tools: [tool] } = (result as unknown as { structuredContent: { tools: [{ limits: [{ says: string[] }] }] } }).structuredContent
  t.match(tool.limits[0].says.slice(-2), [
    'In a month, left: ¥26,000, until 2027-02-01T00:00:00.000Z', 'Calls in a day, left: 4, until 2027-01-16T00:00:00.000Z'
  ])
  t.equal((await ledger.list({ limit: 10 })).length, 1)
})
