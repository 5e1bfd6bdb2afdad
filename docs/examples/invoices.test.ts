// The tests of the tools of docs/own-tools.md. They run with `node --test`, without a socket and without an authorization server.

import assert from 'node:assert/strict'
import test from 'node:test'
import {
  createTestAuthorizationServer, createTestClient, createTestClock, createTestGateway, testPermit
} from 'mcp-resource-gateway/testing'
import { createInvoiceApp, listPayments, payInvoice, type Bank } from './invoices.ts'

const bank: Bank = {
  pay: async ({ subject }, supplier, cents) => ({ id: `${subject}-${supplier}-${cents}` }),
  paymentsOf: async ({ subject }) => [{ id: `1-of-${subject}`, cents: 700 }]
}

// #region tools
test('a payment within the limit is made, a larger one is refused with what would be enough', async () => {
  const gateway = await createTestGateway({ tools: [payInvoice(bank)], config: { policy: { remediation: 'draft' } } })
  const client = gateway.connect(
    { subject: '7', scopes: ['invoices:pay'], authorizationDetails: [{ type: 'invoice-payment', maxAmount: 1000, suppliers: ['S-1'] }] }
  )

  const paid = await client.callTool('pay_invoice', { supplier: 'S-1', cents: 900 })
  assert.deepEqual(paid.result?.structuredContent, { payment: '7-S-1-900' })

  const refused = await client.callTool('pay_invoice', { supplier: 'S-2', cents: 900 })
  assert.equal(refused.status, 403)
  assert.equal(refused.challenge?.['error'], 'insufficient_authorization')
  await gateway.close()
})

test('a token without the scope is refused', async () => {
  const gateway = await createTestGateway({ tools: [listPayments(bank)] })
  const { status, challenge } = await gateway.connect({ scopes: [] }).callTool('list_payments')
  assert.equal(status, 403)
  assert.equal(challenge?.['scope'], 'invoices:read')
  await gateway.close()
})
// #endregion

// #region app
test('the application: the tool, and its own route', async () => {
  const clock = createTestClock()
  const server = createTestAuthorizationServer({ resource: 'https://invoices.example/mcp', clock })
  const app = await createInvoiceApp(bank, { clock, dispatcher: server.dispatcher })
  const token = server.issue({ subject: '7', scopes: ['invoices:read'] })

  const { result } = await createTestClient(app, { token }).callTool('list_payments')
  assert.deepEqual(result?.structuredContent, { payments: [{ id: '1-of-7', cents: 700 }] })
  const own = await app.inject({ url: '/payments', headers: { authorization: `Bearer ${token}` } })
  assert.deepEqual(own.json(), [{ id: '1-of-7', cents: 700 }])
  assert.equal((await app.inject('/payments')).statusCode, 401)
  await app.close()
  await server.close()
})
// #endregion

// #region permit
test('run alone, with a permit for tests', async () => {
  const call = { signal: new AbortController().signal, progress () {}, explain: async () => undefined }
  const outcome = await listPayments(bank).run(testPermit({ person: { issuer: 'https://as.example', subject: '7' } }), {} as never, call)
  assert.equal(outcome.kind, 'completed')
})
// #endregion
