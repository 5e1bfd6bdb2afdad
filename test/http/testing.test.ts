// `mcp-resource-gateway/testing`: what a developer tests own tools with.

import t from 'tap'
import { z } from 'zod'
import { defineDetailsType, defineTool, limits } from '../../src/index.ts'
import { createTestAuthorizationServer, createTestClock, createTestGateway, testPermit } from '../../src/testing/testing.ts'

const payment = defineDetailsType<{ amount: number }>({
  type: 'payment',
  title: { en: 'Payments' },
  description: { en: 'Lets a client pay.' },
  members: {
    maxAmount: limits.upper({ of: ({ amount }) => amount, required: true, title: { en: 'Highest amount' }, description: { en: 'Cents.' } })
  }
})

const pay = defineTool({
  name: 'pay',
  title: 'Pay',
  description: 'Pays an amount.',
  input: z.strictObject({ amount: z.int().positive() }),
  output: z.strictObject({ paid: z.int(), by: z.string() }),
  access: { scopes: ['payments:write'], freshness: 'fresh', details: { type: payment, call: ({ amount }) => ({ amount }) } },
  async run ({ person }, { amount }, { progress }) {
    progress(1, 1)
    return { kind: 'completed', text: `Paid ${amount}`, structured: { paid: amount, by: person.subject } }
  }
})

for (const era of ['modern', 'legacy'] as const) {
  t.test(`test gateway — tools are listed, run and refused as in production (${era})`, async t => {
    const gateway = await createTestGateway({ tools: [pay], config: { policy: { remediation: 'draft' } } })
    t.teardown(gateway.close)
    const client =
      gateway.connect({ subject: '7', scopes: ['payments:write'], authorizationDetails: [{ type: 'payment', maxAmount: 500 }] }, era)
    t.equal((await client.initialize()).status, 200)
    t.match((await client.listTools()).result, { tools: [{ name: 'pay' }] })
    t.match(await client.callTool('pay', { amount: 100 }), { status: 200, result: { structuredContent: { paid: 100, by: '7' } } })
    t.match(await client.callTool('pay', { amount: 900 }),
      { status: 403, challenge: { error: 'insufficient_authorization' }, error: { code: 403 } })
    t.match(await client.callTool('pay', { amount: 'x' }), { status: 200, result: { isError: true } })
    t.match(await gateway.connect({ scopes: ['other'] }, era).callTool('pay', { amount: 1 }),
      { status: 403, challenge: { error: 'insufficient_scope', scope: 'payments:write' } })
    t.match(await client.request('ping'), { status: era === 'legacy' ? 200 : 404 })
    gateway.clock.advance(3_600_000)
    t.match(await client.callTool('pay', { amount: 100 }), { status: 401, challenge: { error: 'invalid_token' } })
  })
}

t.test('test authorization server — tokens are revoked, and an outage is one', async t => {
  const gateway = await createTestGateway({ tools: [pay] })
  t.teardown(gateway.close)
  const client = gateway.connect({ scopes: ['payments:write'] })
  t.equal((await client.callTool('pay', { amount: 1 })).status, 403, 'a token without details, where a tool needs them')
  gateway.authorizationServer.setAvailable(false)
  t.match(await gateway.connect().listTools(), { status: 503, headers: { 'retry-after': String } })
  const server = createTestAuthorizationServer({ resource: 'https://a.example/mcp', clock: createTestClock() })
  t.strictSame([server.issue(), server.issue()], ['test-token-1', 'test-token-2'])
  await server.close()
})

t.test('permit for tests — runs a tool without a gateway', async t => {
  const permit = testPermit({ person: { issuer: 'https://as.example', subject: '9' }, details: [{ type: 'payment', maxAmount: 5 }] })
  t.match(permit, { tool: 'test', clientId: 'test-client', details: [{ index: 0, element: { maxAmount: 5 } }] })
  t.equal(testPermit().details, 'unrestricted')
  const call = { signal: new AbortController().signal, progress () {}, explain: async () => undefined }
  t.match(await pay.run(permit, { amount: 3 } as never, call), { kind: 'completed', structured: { paid: 3, by: '9' } })
})
