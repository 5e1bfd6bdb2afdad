// A tool whose totals sum two values, an amount and a fee: each has its own counter, and what an operator says was charged is about the
// amount.

import t from 'tap'
import { BUDGET, countedGateway, countedPayments, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'
import { lockOf, PAYMENT_TOOLS } from '../support/upstream-files.ts'

const words = { title: { en: 'Fees' }, description: { en: 'Fees.' } }
const integer = { type: 'integer' }
const tools = PAYMENT_TOOLS.map(tool => {
  const { properties, ...schema } = tool['inputSchema'] as { properties?: object }
  return tool['name'] === 'transfer' ? { ...tool, inputSchema: { ...schema, properties: { ...properties, fee: integer } } } : tool
})

function files () {
  const payments = countedPayments({})
  const { payment } = payments.detailsTypes
  const { transfer, ...others } = payments.tools
  return {
    'payments.json': {
      ...payments,
      detailsTypes: {
        payment: {
          ...payment,
          values: { ...payment.values, fee: 'amount' },
          members: { ...payment.members, maxFees: { limit: 'total', of: 'fee', currency: 'currency', budget: 'budgetId', ...words } }
        }
      },
      tools: {
        ...others,
        transfer: { ...transfer, details: { ...transfer.details, values: { ...transfer.details.values, fee: { argument: '/fee' } } } }
      }
    },
    'payments.lock.json': lockOf('payments', tools)
  }
}

t.test('an amount and a fee — are refused apart, and settled apart', async t => {
  covers('ledger.total-across-calls', 'ledger.charged', 'ledger.operator-resolves')
  const { gateway, stub, ledger, clock } = await countedGateway(t, {}, undefined, { files: files() })
  stub.tools = tools
  const client = gateway.connect(withBudget({ maxFees: 100 }))
  const pay = async (amount: number, fee: number) => client.callTool('pay_transfer', { ...TRANSFER, amount, fee })
  stub.answer = () => ({ kind: 'unknown', reason: 'timeout' })
  t.equal((await pay(10_000, 60)).status, 502)
  const refused = await pay(1, 41)
  t.match(refused.error, { data: { total: { member: 'maxFees', needed: 41, remaining: 40, currency: 'JPY' } } })
  t.match(await ledger.list({ limit: 1 }), [{ amount: 10_000 }])
  t.match(await ledger.resolve(1, { kind: 'settle', charged: 4_000 }, clock.now()), { ok: true })
  t.match((await pay(BUDGET.maxAmount, 41)).error, { data: { total: { member: 'maxFees', remaining: 40 } } }, 'the fee stays')
  stub.answer = () => ({ kind: 'answered', result: { content: [] } })
  t.equal((await pay(BUDGET.maxAmount, 40)).status, 200)
  t.equal((await pay(BUDGET.maxAmount, 0)).status, 200)
  t.match((await pay(6_001, 0)).error, { data: { total: { member: 'maxTotalAmount', remaining: 6_000 } } })
})
