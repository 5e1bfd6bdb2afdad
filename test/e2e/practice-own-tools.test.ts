// Does a developer get tokens for a tool that nobody else knows? The documented client against an application with one tool and one
// details type, and the practice server that asks the application about both.

import t from 'tap'
import { z } from 'zod'
import { connectRemedyingClient } from '../../docs/examples/remedying-client.ts'
import { defineDetailsType, defineTool, limits } from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { openPage, REDIRECT_URI, submitAndReturn } from '../support/practice-client.ts'
import { JAPANESE } from '../support/practice-pages.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'

const AGREE = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }

const invoicePayment = defineDetailsType<{ readonly cents: number }>({
  type: 'invoice-payment',
  title: { en: 'Payment of invoices', ja: '請求書の支払い' },
  description: { en: 'Lets a client pay invoices.' },
  members: {
    maxAmount: limits.upper(
      { of: ({ cents }) => cents, required: true, title: { en: 'Highest amount' }, description: { en: 'Euro cents.' } }
    )
  }
})

const payInvoice = defineTool({
  name: 'pay_invoice',
  title: 'Pay an invoice',
  description: 'Pays an invoice.',
  input: z.strictObject({ cents: z.int() }),
  output: z.strictObject({ paid: z.int() }),
  access: { scopes: ['invoices:pay'], details: { type: invoicePayment, call: ({ cents }) => ({ cents }) } },
  run: async (_permit, { cents }) => ({ kind: 'completed', text: 'paid', structured: { paid: cents } })
})

t.test('a tool of a developer — a client registers with its scope, is refused, and pays with the remedy', async t => {
  covers('practice.any-gateway')
  const gateway = await startProtectedGateway({
    tools: [payInvoice],
    config: { policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' } },
    practice: url => ({ resources: [], gateways: [url] })
  })
  t.teardown(gateway.close)
  const pages: string[] = []
  const client = await connectRemedyingClient({
    serverUrl: new URL(gateway.url),
    redirectUrl: REDIRECT_URI,
    async askPerson (url) {
      const page = await openPage(url.href, JAPANESE)
      pages.push(page.html)
      return submitAndReturn(page, AGREE)
    }
  })
  t.match(await client.callTool({ name: 'pay_invoice', arguments: { cents: 1250 } }), { structuredContent: { paid: 1250 } })
  t.match(pages.at(-1), '<code>invoices:pay</code> 対象：Pay an invoice')
  t.match(pages.at(-1), '請求書の支払い：Highest amount：1250')
  await client.close()
})
