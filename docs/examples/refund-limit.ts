// refund_order: gives money back, up to what a person allowed. A details type of one's own, the tool that needs it, and
// what binds the two: from this one file come the JSON Schema, the challenge with its remedy, the page and enforcement.

import { z } from 'zod'
import { defineDetailsType, defineTool, limits, type Tool } from 'mcp-resource-gateway'

interface Refund { readonly cents: number }

const refundLimit = defineDetailsType<Refund>({
  type: 'refund-limit',
  version: '1',
  title: { en: 'Refunds', ja: '返金' },
  description: { en: 'Lets a client refund orders, up to a limit.', ja: '上限の範囲内で注文の返金を許可します。' },
  members: {
    maxRefund: limits.upper({
      of: refund => refund.cents,
      required: true,
      currencyMember: 'currency',
      title: { en: 'Highest refund', ja: '1回の返金の上限額' },
      description: { en: 'One refund may not be above this. Integer, minor units of the currency.', ja: '1回の返金の上限。通貨の最小単位の整数。' }
    }),
    currency: limits.currency({
      of: () => 'EUR',
      whenAbsent: 'EUR',
      title: { en: 'Currency', ja: '通貨' },
      description: { en: 'ISO 4217; EUR when absent.', ja: 'ISO 4217。省略時は EUR。' }
    }),
    locations: limits.locations({
      title: { en: 'Where', ja: '利用先' },
      description: { en: 'Servers at which this holds; anywhere when absent.', ja: '有効なサーバー。省略時は制限なし。' }
    }),
    validUntil: limits.notAfter({
      title: { en: 'Valid until', ja: '有効期限' },
      description: { en: 'RFC 3339 date-time from which on nothing is allowed.', ja: 'この日時（RFC 3339）以降は使えません。' }
    })
  },
  examples: [{ type: 'refund-limit', maxRefund: 5000, currency: 'EUR' }]
})

/** @param refund pays the money back; the gateway has decided before it is called */
export function refundOrder (refund: (orderId: string, cents: number) => Promise<void>): Tool {
  return defineTool({
    name: 'refund_order',
    title: 'Refund an order',
    description: 'Pays back an amount of an order.',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    input: z.strictObject({
      order_id: z.string().min(1).max(64).describe('The order'),
      cents: z.int().positive().describe('How much, in euro cents')
    }),
    output: z.strictObject({ refunded: z.int().positive() }),
    access: {
      scopes: ['shop:refund'],
      freshness: 'fresh',
      details: { type: refundLimit, call: ({ cents }) => ({ cents }) }
    },
    async run (_permit, { order_id: orderId, cents }) {
      await refund(orderId, cents)
      return { kind: 'completed', text: `${cents} cents of order ${orderId} are refunded.`, structured: { refunded: cents } }
    }
  })
}
