// Which budget a call of another server counts against: one for each person, client and label or element, in whatever way the element is
// written, and one for each day or month of UTC, whatever the clock does.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { BUDGET, countedFiles, countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

const words = { title: { en: 'Until' }, description: { en: 'Until.' } }
const DAY_MS = 24 * 3_600_000

function untilFiles () {
  const files = countedFiles({})
  const { payment } = files['payments.json'].detailsTypes
  const detailsTypes = { payment: { ...payment, members: { ...payment.members, until: { limit: 'validUntil', ...words } } } }
  return { ...files, 'payments.json': { ...files['payments.json'], detailsTypes } }
}

async function paying (t: Parameters<typeof countedGateway>[0], files: object = untilFiles()) {
  const made = await countedGateway(t, {}, undefined, { files })
  const pay = async (elements: readonly object[], more: object = {}) => made.gateway
    .connect({ ...withBudget(), authorizationDetails: elements })
    .callTool('pay_transfer', { ...TRANSFER, ...more })
  return { ...made, pay }
}

const statusesOf = (answers: ReadonlyArray<{ readonly status: number }>) => answers.map(({ status }) => status)

t.test('an element without a label — is one budget in each way to write it', async t => {
  covers('ledger.budget-of-person-and-client')
  const { pay } = await paying(t)
  const { budgetId: _, currency, ...others } = { ...BUDGET, maxTotalAmount: 10_000, recipients: ['acct-7', 'acct-8'] }
  const element = { ...others, currency, until: '2030-01-01T00:00:00Z' }
  t.strictSame(statusesOf([
    await pay([element]),
    await pay([{ ...element, recipients: ['acct-8', 'acct-7', 'acct-7'] }]),
    await pay([{ ...others, until: '2030-01-01T00:00:00.000+00:00' }]),
    await pay([{ ...element, until: '2030-01-01t09:00:00+09:00' }]),
    await pay([Object.fromEntries(Object.entries(element).toReversed())])
  ]), [200, 403, 403, 403, 403])
  t.equal((await pay([{ ...element, until: '2030-01-01T00:00:01Z' }])).status, 200, 'another moment is another consent')
})

t.test('a label — is one budget whatever the limits are; a lower total allows nothing more, a higher one the rest', async t => {
  covers('ledger.budget-of-person-and-client', 'ledger.refusal-says-what-remains')
  const { pay } = await paying(t)
  t.equal((await pay([BUDGET])).status, 200)
  const lowered = await pay([{ ...BUDGET, maxTotalAmount: 5_000 }], { amount: 1 })
  t.match(lowered.error, { data: { total: { needed: 1, remaining: 0 } } }, 'never a negative remainder')
  t.equal((await pay([{ ...BUDGET, maxTotalAmount: 5_000 }], { amount: 0 })).status, 200, 'what costs nothing')
  const raised = { ...BUDGET, maxTotalAmount: 15_000 }
  t.match((await pay([raised], { amount: 5_001 })).error, { data: { total: { needed: 5_001, remaining: 5_000 } } })
  t.equal((await pay([raised], { amount: 5_000 })).status, 200)
})

t.test('two tools of one type — draw on one budget', async t => {
  covers('ledger.total-across-calls')
  const files = countedFiles({})
  const { tools, ...others } = files['payments.json']
  const values = { action: { const: 'refund' }, amount: { const: 7_000 }, currency: { const: 'JPY' }, to: { const: 'acct-7' } }
  const closing = { effect: 'change', scopes: ['payments:transfer'], details: { type: 'payment', values } }
  const { gateway, ledger } = await paying(t, { ...files, 'payments.json': { ...others, tools: { ...tools, close_account: closing } } })
  const client = gateway.connect(withBudget({ actions: ['transfer', 'refund'], maxTotalAmount: 16_999 }))
  t.equal((await client.callTool('pay_close_account', {})).status, 200)
  t.match((await client.callTool('pay_transfer', TRANSFER)).error, { data: { total: { needed: 10_000, remaining: 9_999 } } })
  t.equal((await client.callTool('pay_transfer', { ...TRANSFER, amount: 9_999 })).status, 200)
  t.equal((await client.callTool('pay_close_account', {})).status, 403)
  t.strictSame((await ledger.list({ limit: 9 })).map(({ tool, amount }) => [tool, amount]), [['close_account', 7_000], ['transfer', 9_999]])
})

t.test('several elements — the refusal is about the one with most left, and its remedy asks for this call and nothing more', async t => {
  covers('ledger.refusal-says-what-remains')
  const { pay, gateway } = await paying(t)
  const elements = [{ ...BUDGET, maxTotalAmount: 4_000 }, { ...BUDGET, maxTotalAmount: 9_000, budgetId: 'b-2' }]
  const refused = await pay(elements, { amount: 9_001 })
  t.match(refused.error, { data: { total: { needed: 9_001, remaining: 9_000 } } })
  const remedy = JSON.parse(Buffer.from(refused.challenge?.['authorization_remediation'] ?? '', 'base64url').toString()) as {
    authorization_details: Array<Record<string, unknown>>
  }
  const [smallest = {}] = remedy.authorization_details
  t.strictSame([remedy.authorization_details.length, smallest['maxAmount'], smallest['maxTotalAmount'], smallest['budgetId']], [
    1, 9_001, 9_001, undefined
  ])
  t.strictSame(statusesOf([
    await pay([smallest], { amount: 9_001 }), await pay([smallest], { amount: 1 }), await pay([...elements, smallest], { amount: 9_001 })
  ]), [200, 403, 403], 'granted as it was proposed, it allows one call')
  await gateway.connect({ ...withBudget({ budgetId: 'b-3' }), subject: '1005' }).callTool('pay_transfer', TRANSFER)
  t.match((await pay([{ ...BUDGET, budgetId: 'b-3', maxTotalAmount: 9_999 }])).error, { data: { total: { remaining: 9_999 } } },
    'what another person spent shows nowhere')
})

t.test('the remedy of a total that begins again — ends with the period, where an element can say so', async t => {
  covers('ledger.refusal-says-what-remains')
  const { pay, clock, gateway } = await paying(t)
  const remedyOf = ({ challenge }: Awaited<ReturnType<typeof pay>>) => {
    const text = Buffer.from(challenge?.['authorization_remediation'] ?? '', 'base64url').toString()
    return (JSON.parse(text) as { authorization_details: [JsonObject] }).authorization_details[0]
  }
  const month = '2027-02-01T00:00:00.000Z'
  t.equal((await pay([BUDGET])).status, 200)
  const usedUp = remedyOf(await pay([{ ...BUDGET, maxTotalAmount: 10_000 }], { amount: 1 }))
  t.match(usedUp, { maxAmount: 1, maxTotalAmount: 1, until: month })
  const tooSmall = remedyOf(await pay([BUDGET], { amount: 10_001 }))
  t.match(tooSmall, { maxAmount: 10_001, maxTotalAmount: 10_001, until: month }, 'a refusal before the ledger was asked')
  t.match(remedyOf(await pay([{ ...BUDGET, maxCalls: 1 }], { amount: 10_001 })), { until: '2027-01-16T00:00:00.000Z' }, 'the shorter one')
  const { maxTotalAmount: _, ...unlimited } = BUDGET
  t.equal(remedyOf(await pay([unlimited], { amount: 10_001 }))['until'], undefined, 'no total, no end')
  t.equal((await pay([tooSmall], { amount: 10_001 })).status, 200)
  t.equal((await pay([tooSmall], { amount: 10_001 })).status, 403)
  for (const one of [clock, gateway.clock]) one.advance(Date.parse(month) - one.now())
  t.equal((await pay([tooSmall], { amount: 10_001 })).status, 403, 'not again in the next month')
})

t.test('a period — ends at midnight of UTC; a call that is held over it counts where it began, also when the clock goes back', async t => {
  covers('ledger.total-across-calls', 'ledger.outcomes')
  const { pay, stub, clock, ledger } = await paying(t)
  const [element] = withBudget({ maxCalls: 1, maxTotalAmount: 1_000_000 }).authorizationDetails ?? []
  const wish = [element as object]
  clock.advance(DAY_MS - (clock.now() % DAY_MS) - 1)
  let answer: (outcome: UpstreamOutcome) => void = () => {}
  const asked = new Promise<void>(resolve => {
    stub.answer = () => {
      resolve()
      return new Promise(_resolve => { answer = _resolve })
    }
  })
  const running = pay(wish)
  await asked
  t.equal((await pay(wish)).status, 403, 'the last millisecond of the day')
  clock.advance(1)
  stub.answer = () => ({ kind: 'answered', result: { content: [] } })
  t.equal((await pay(wish)).status, 200, 'a new day')
  answer({ kind: 'not-executed', reason: 'unreachable' })
  t.equal((await running).status, 503)
  t.equal((await pay(wish)).status, 403, 'what is given back belongs to the day before')
  clock.advance(-1)
  t.strictSame(statusesOf([await pay(wish), await pay(wish)]), [200, 403], 'the day before has what was given back, and no more')
  clock.advance(1)
  t.equal((await pay(wish)).status, 403)
  t.strictSame((await ledger.list({ limit: 9 })).map(({ state }) => state), ['released', 'settled', 'settled'])
})
