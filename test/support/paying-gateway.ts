// The files of a gateway in front of the payments server: ¥30,000 a month, ¥10,000 at a time, each tool call a payment.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/kernel/json.ts'
import { PAYMENT_TOOL } from './payments-server.ts'
import { lockOf } from './upstream-files.ts'

const words = (text: string) => ({ title: { en: text }, description: { en: `${text}.` } })

export const payments = (url: string): JsonObject => ({
  name: 'payments',
  prefix: 'pay_',
  transport: { http: { url } },
  isolation: 'shared',
  stateless: true,
  limits: { timeoutMs: 1000, concurrent: 64 },
  detailsTypes: {
    payment: {
      ...words('Payments'),
      values: { action: 'word', amount: 'amount', currency: 'currency', to: 'text' },
      members: {
        actions: { limit: 'oneOf', of: 'action', words: ['transfer'], required: true, ...words('Allowed actions') },
        maxAmount: { limit: 'max', of: 'amount', currency: 'currency', required: true, ...words('Highest amount of one payment') },
        currency: { limit: 'currency', of: 'currency', whenAbsent: 'JPY', ...words('Currency') },
        recipients: { limit: 'oneOf', of: 'to', ...words('Recipients') },
        maxTotalAmount: {
          limit: 'total', of: 'amount', currency: 'currency', budget: 'budgetId', per: 'month', ...words('Highest amount of a month')
        },
        budgetId: { limit: 'label', ...words('Budget') }
      }
    }
  },
  tools: {
    transfer: {
      effect: 'change',
      scopes: ['mcp:tickets:write'],
      details: {
        type: 'payment',
        values: {
          action: { const: 'transfer' },
          amount: { argument: '/amount' },
          currency: { argument: '/currency' },
          to: { argument: '/to' }
        }
      },
      spending: { idempotencyKey: '/idempotency_key', charged: '/structuredContent/charged' }
    }
  }
})

/** Writes the upstream file and its lock. @returns the path of the file */
export function writePayments (folder: string, url: string): string {
  const file = join(folder, 'payments.json')
  writeFileSync(file, JSON.stringify(payments(url)))
  writeFileSync(join(folder, 'payments.lock.json'), lockOf('payments', [PAYMENT_TOOL]))
  return file
}

export const monthly = (maxTotalAmount: number, maxAmount = 10_000): JsonObject =>
  ({ type: 'payment', actions: ['transfer'], maxAmount, currency: 'JPY', maxTotalAmount, budgetId: 'b-71' })
