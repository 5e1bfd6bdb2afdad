// The second opinion about tools of other servers: asked before a total is held and before the other server is.

import t from 'tap'
import { countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { startDecisionPoint } from '../support/decision-point.ts'
import { gatewayWithUpstreams, PAYING, TRANSFER } from '../support/gateway-with-upstreams.ts'
import { answers } from '../support/stub-authorization-server.ts'

t.test('a tool of another server — asked with its name here and what it needs; refused, it is not called', async t => {
  covers('opinion.only-permitted-calls', 'opinion.question')
  const point = await startDecisionPoint()
  t.teardown(() => point.close())
  const { gateway, stub } = await gatewayWithUpstreams(t, { secondOpinion: { url: point.url } })
  const client = gateway.connect(PAYING)
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200)
  point.decide = () => ({ decision: false })
  t.equal((await client.callTool('pay_transfer', TRANSFER)).result?.isError, true)
  t.equal(stub.calls.length, 1)
  t.match(point.evaluations()[0]?.resource, {
    type: 'tool', id: 'pay_transfer', properties: { authorization_details: [{ type: 'payment', maxAmount: 10_000, currency: 'JPY' }] }
  })
})

t.test('a tool with totals — refused or not answered, nothing is held and nothing counts', async t => {
  covers('opinion.only-permitted-calls', 'opinion.fails-closed')
  const point = await startDecisionPoint()
  t.teardown(() => point.close())
  const { gateway, stub, steps } = await countedGateway(t, {}, { url: point.url })
  const client = gateway.connect(withBudget())
  point.decide = () => ({ decision: false })
  t.equal((await client.callTool('pay_transfer', TRANSFER)).result?.isError, true)
  point.decide = () => answers(500, '""')
  t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 503)
  t.strictSame([steps(), stub.calls.length], [[], 0])
  point.decide = () => ({ decision: true })
  for (let call = 0; call < 3; call++) t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200, 'the whole total is left')
  t.strictSame(steps(), ['held', 'executed', 'held', 'executed', 'held', 'executed'])
})
