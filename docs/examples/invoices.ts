// An application for invoices with one tool, a limit, and its own route: the code of docs/own-tools.md.

import Fastify, { type FastifyInstance } from 'fastify'
import {
  defineDetailsType, defineTool, limits, mcpResourceGateway, type GatewayOptions, type Person, type Tool
} from 'mcp-resource-gateway'
import { z } from 'zod'

export interface Bank {
  readonly pay: (person: Person, supplier: string, cents: number) => Promise<{ readonly id: string }>
  readonly paymentsOf: (person: Person) => Promise<ReadonlyArray<{ readonly id: string, readonly cents: number }>>
}

// #region tool
export function listPayments (bank: Bank): Tool {
  return defineTool({
    name: 'list_payments',
    title: 'My payments',
    description: 'Lists your payments.',
    annotations: { readOnlyHint: true },
    input: z.strictObject({}),
    output: z.strictObject({ payments: z.array(z.strictObject({ id: z.string(), cents: z.int() })) }),
    access: { scopes: ['invoices:read'] },
    async run ({ person }) {
      const payments = [...await bank.paymentsOf(person)]
      return { kind: 'completed', text: `${payments.length} payment(s)`, structured: { payments } }
    }
  })
}
// #endregion

// #region limit
/** What a person allows: up to an amount, to some suppliers. */
const invoicePayment = defineDetailsType<{ readonly cents: number, readonly supplier: string }>({
  type: 'invoice-payment',
  title: { en: 'Payment of invoices' },
  description: { en: 'Lets a client pay invoices, up to a limit.' },
  members: {
    maxAmount: limits.upper({
      of: ({ cents }) => cents,
      required: true,
      title: { en: 'Highest amount' },
      description: { en: 'One payment may not be above this. Euro cents.' }
    }),
    suppliers: limits.textIdentifiers({
      of: ({ supplier }) => supplier,
      title: { en: 'Suppliers' },
      description: { en: 'Only these may be paid; any when absent.' }
    })
  }
})

export function payInvoice (bank: Bank): Tool {
  return defineTool({
    name: 'pay_invoice',
    title: 'Pay an invoice',
    description: 'Pays an invoice of a supplier.',
    input: z.strictObject({
      supplier: z.string().min(1).max(64).describe('The number of the supplier'),
      cents: z.int().positive().describe('How much, in euro cents')
    }),
    output: z.strictObject({ payment: z.string() }),
    access: {
      scopes: ['invoices:pay'],
      freshness: 'fresh',
      details: { type: invoicePayment, call: ({ supplier, cents }) => ({ supplier, cents }) }
    },
    async run ({ person }, { supplier, cents }) {
      const { id } = await bank.pay(person, supplier, cents)
      return { kind: 'completed', text: `Paid ${cents} cents to ${supplier}.`, structured: { payment: id } }
    }
  })
}
// #endregion

// #region app
/** @param testing what a test gives in place of the clock and the network */
export async function createInvoiceApp (bank: Bank, testing: Pick<GatewayOptions, 'clock' | 'dispatcher'> = {}): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: 'https://invoices.example/mcp' },
      authorizationServer: {
        issuer: 'https://as.example',
        introspection: { clientId: 'invoices', clientSecret: 'from-your-secret-store' }
      },
      policy: { remediation: 'draft' }
    },
    tools: [listPayments(bank), payInvoice(bank)],
    server: { name: 'invoices', title: 'Invoices', version: '1.0.0' },
    ...testing
  })
  registerRoutes(app, bank)
  return app
}
// #endregion

// #region route
function registerRoutes (app: FastifyInstance, bank: Bank): void {
  const readsPayments = app.mcpGateway.authenticate({ scopes: ['invoices:read'] })
  app.get('/payments', { onRequest: readsPayments }, ({ mcpGrant }) => bank.paymentsOf(mcpGrant.person))
}
// #endregion

// #region guard
export function guardByApiKey (app: FastifyInstance, key: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.mcpResourceGateway === true) return
    if (request.headers['x-api-key'] !== key) return reply.code(401).send({ error: 'an API key is missing' })
  })
}
// #endregion
