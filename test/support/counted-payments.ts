// A payments server whose transfers count against totals: an amount a month, and calls a day. For tests of src/proxy with a ledger.

import type { Test } from 'tap'
import { createSqliteLedger, openLedgerDatabase } from '../../src/storage/sqlite/sqlite-ledger.ts'
import type { LedgerAudit } from '../../src/ledger/ledger-records.ts'
import type { TestToken } from '../../src/testing/test-authorization-server.ts'
import type { CreateUpstream } from '../../src/upstream/upstream-port.ts'
import { gatewayWithUpstreams } from './gateway-with-upstreams.ts'
import { lockOf, PAYMENT_TOOLS, PAYMENTS } from './upstream-files.ts'

const words = (text: string) => ({ title: { en: text }, description: { en: `${text}.` } })
const payment = PAYMENTS.detailsTypes.payment
const tools = PAYMENT_TOOLS.map(tool => {
  if (tool['name'] !== 'transfer') return tool
  const { properties, ...schema } = tool['inputSchema'] as { properties: object }
  return { ...tool, inputSchema: { ...schema, properties: { ...properties, idempotency_key: { type: 'string' } } } }
})

const SPENDING = { idempotencyKey: '/idempotency_key', charged: '/structuredContent/charged' }

export function countedPayments (spending: object = SPENDING) {
  return {
    ...PAYMENTS,
    detailsTypes: {
      payment: {
        ...payment,
        members: {
          ...payment.members,
          maxTotalAmount: { limit: 'total', of: 'amount', currency: 'currency', budget: 'budgetId', per: 'month', ...words('In a month') },
          maxCalls: { limit: 'total', of: { const: 1 }, budget: 'budgetId', per: 'day', ...words('Calls in a day') },
          budgetId: { limit: 'label', ...words('Budget') }
        }
      }
    },
    tools: { ...PAYMENTS.tools, transfer: { ...PAYMENTS.tools.transfer, spending } }
  }
}

export const countedFiles = (spending?: object) => {
  return { 'payments.json': countedPayments(spending), 'payments.lock.json': lockOf('payments', tools) }
}

/** ¥30,000 a month, ¥10,000 at a time. */
export const BUDGET = {
  type: 'payment', actions: ['transfer'], maxAmount: 10_000, currency: 'JPY', maxTotalAmount: 30_000, budgetId: 'b-1'
}

export const withBudget = (more: object = {}): TestToken => {
  return { scopes: ['payments:read', 'payments:transfer'], authorizationDetails: [{ ...BUDGET, ...more }] }
}

export async function countedGateway (
  t: Test, spending?: object, secondOpinion?: { readonly url: string },
  more: { readonly consolePort?: number, readonly files?: object, readonly createUpstream?: CreateUpstream } = {}
) {
  const connection = await openLedgerDatabase({ path: ':memory:' })
  const ledger = createSqliteLedger(connection)
  const lines: object[] = []
  const audit: LedgerAudit = {
    held: entry => { lines.push({ line: 'held', ...entry }) }, settled: entry => { lines.push({ line: 'settled', ...entry }) }
  }
  const files = { ...countedFiles(spending), ...more.files }
  const accounts = { ledger, resource: 'https://api.example/mcp', audit: () => audit, retentionDays: 45 }
  const made = await gatewayWithUpstreams(t, {
    ...more, files, tools, accounts, ...(secondOpinion === undefined ? {} : { secondOpinion })
  })
  t.teardown(() => ledger.close())
  const steps = () => made.events.flatMap(event => event.kind === 'ledger' ? [event.what] : [])
  return { ...made, ledger, lines, audit, steps }
}
