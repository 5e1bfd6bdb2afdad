// Denials that no challenge can express, through a whole gateway: of a developer's tools, of tools of other servers, in an open stream.

import t from 'tap'
import { z } from 'zod'
import { defineTool, type ToolOutcome } from '../../src/index.ts'
import { createTestGateway } from '../../src/testing/test-gateway.ts'
import type { Denial } from '../../src/policy/denial.ts'
import { covers } from '../support/covers.ts'
import { countedGateway, withBudget } from '../support/counted-payments.ts'
import { gatewayWithUpstreams, PAYING, TRANSFER } from '../support/gateway-with-upstreams.ts'
import { envelopeOf } from '../support/reserve-call.ts'
import type { CallAnswer } from '../support/gateway.ts'

const envelopeIn = ({ body }: { readonly body: unknown }) => envelopeOf({ body: body as CallAnswer['body'] })

/** A tool that denies after it has reported progress, or before. */
const denies = (denial: Denial) => defineTool({
  name: 'order',
  title: 'Order',
  description: 'Orders.',
  input: z.strictObject({}),
  access: { scopes: [] },
  async run (_permit, _input, call): Promise<ToolOutcome<undefined>> {
    call.progress(1)
    return { kind: 'denied', denial }
  }
})

const remedy = [{ type: 'purchase', max: 80 }]

t.test('a tool that denies for good — a result with `unavailable`, without a challenge, in both eras', async t => {
  covers('http.final-denial-is-a-result')
  const never = denies({ kind: 'not-allowed', remediation: 'unavailable', text: 'Orders above 500 EUR are not possible here.' })
  for (const remediation of ['draft', 'off', 'sep-2643-2026-05'] as const) {
    const gateway = await createTestGateway({ tools: [never], config: { policy: { remediation } } })
    t.teardown(() => gateway.close())
    for (const era of ['modern', 'legacy'] as const) {
      const answer = await gateway.connect({}, era).callTool('order')
      t.equal(answer.challenge, undefined, 'no other token would do')
      if (remediation === 'draft') {
        t.strictSame(envelopeIn(answer), { reason: 'insufficient_authorization', remediation: 'unavailable' })
        const text = 'Orders above 500 EUR are not possible here. Nothing was done.'
        t.match(answer, { status: 200, result: { isError: true, content: [{ text }] } })
      } else {
        t.match(answer, { status: 403, error: { code: 403, message: 'Orders above 500 EUR are not possible here.' } }, remediation)
      }
    }
  }
})

t.test('a denial in an open stream — the last event is a result whose hint says what the challenge would', async t => {
  covers('http.denial-without-challenge')
  const insufficient: Denial = { kind: 'insufficient-authorization', problem: 'insufficient', member: 'max', remedy, scopes: [] }
  const gateway = await createTestGateway({ tools: [denies(insufficient)], config: { policy: { remediation: 'draft' } } })
  t.teardown(() => gateway.close())
  const client = gateway.connect()
  t.match(await client.callTool('order'), { status: 403, challenge: { authorization_remediation: String } })
  const token = gateway.authorizationServer.issue({})
  const { statusCode, headers, body } = await gateway.app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    payload: { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'order', arguments: {}, _meta: { progressToken: 'p' } } }
  })
  t.equal(statusCode, 200)
  t.equal(headers['www-authenticate'], undefined)
  const [last = ''] = body.trimEnd().split('\ndata: ').slice(-1)
  t.match(envelopeIn({ body: JSON.parse(last) }), {
    remediation: 'available', remediationHints: [{ type: 'authorization_remediation', authorization_details: remedy }]
  })
})

t.test('tools of other servers — a denial is answered as for own tools, and a total that is used up by a challenge', async t => {
  covers('http.denial-envelope')
  const { gateway } = await countedGateway(t, {})
  const client = gateway.connect(withBudget())
  for (let call = 0; call < 3; call++) await client.callTool('pay_transfer', TRANSFER)
  const refused = await client.callTool('pay_transfer', { ...TRANSFER, amount: 1 })
  t.match(refused, { status: 403, challenge: { error: 'insufficient_authorization' }, error: { data: { total: { needed: 1 } } } })
  t.notOk('authorization' in (refused.error as { data: object }).data)
})

t.test('tools of other servers — what was made or failed has no envelope, and none of another server is passed on', async t => {
  covers('http.denial-envelope-nothing-done', 'proxy.no-foreign-envelopes')
  const { gateway, stub } = await gatewayWithUpstreams(t)
  const remediationHints = [{ type: 'authorization_remediation' }]
  const envelope = { reason: 'insufficient_authorization', remediation: 'available', remediationHints }
  for (const era of ['modern', 'legacy'] as const) {
    const client = gateway.connect(PAYING, era)
    stub.answer = () => ({
      kind: 'answered',
      result: { isError: true, content: [], _meta: { 'io.modelcontextprotocol/authorization': envelope, 'example/other': 1 } }
    })
    const relayed = await client.callTool('pay_transfer', TRANSFER)
    t.equal(envelopeIn(relayed), undefined, era)
    t.match(relayed.result, { isError: true, _meta: { 'example/other': 1 } }, era)
    for (const answer of [
      { kind: 'unknown', reason: 'broken-stream' }, { kind: 'not-executed', reason: 'credentials-rejected' },
      { kind: 'refused', code: -32001, message: 'no', executed: 'no' }
    ] as const) {
      stub.answer = () => answer
      const answered = await client.callTool('pay_transfer', TRANSFER)
      t.notMatch(JSON.stringify(answered.body), 'io.modelcontextprotocol/authorization', `${era}: ${answer.kind}`)
    }
  }
})
