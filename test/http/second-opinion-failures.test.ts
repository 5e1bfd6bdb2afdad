// A decision point that fails, answers unusably or cannot be asked: the call is not made, and the client keeps its token.

import t, { type Test } from 'tap'
import { defineTool, withJsonSchema } from '../../src/index.ts'
import { createTestGateway } from '../../src/testing/test-gateway.ts'
import { covers } from '../support/covers.ts'
import { startDecisionPoint, type AskedEvaluation } from '../support/decision-point.ts'
import { buildGateway, call } from '../support/gateway.ts'
import { answers, type Behaviour } from '../support/stub-authorization-server.ts'
import { seatsOf } from '../support/ticket-calls.ts'
import { z } from 'zod'

const RESERVE = { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } }

async function failing (t: Test) {
  const point = await startDecisionPoint()
  const gateway = await buildGateway(t, { config: { policy: { secondOpinion: { url: point.url, deadlineMs: 100 } } } })
  t.teardown(() => point.close())
  return { gateway, point }
}

const deep = `{"decision":true,"context":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`
const BAD: Readonly<Record<string, Behaviour>> = {
  'a status of 401': answers(401, '{"decision":true}'),
  'a status of 403': answers(403, '{"decision":true}'),
  'a status of 201': answers(201, '{"decision":true}'),
  'a status of 500': answers(500, '"no"'),
  'a redirect': answers(307, '', { location: 'http://127.0.0.1:9/access/v1/evaluation' }),
  'a page': answers(200, '<html>true</html>', { 'content-type': 'text/html' }),
  'no decision': answers(200, '{}'),
  'a decision in words': answers(200, '{"decision":"true"}'),
  'a decision that is 1': answers(200, '{"decision":1}'),
  'two decisions': answers(200, '{"decision":false,"decision":true}'),
  'a list': answers(200, '[{"decision":true}]'),
  'a context that is no object': answers(200, '{"decision":true,"context":"x"}'),
  'a reply of many levels': answers(200, deep),
  'no reply': () => {},
  'half a reply': (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).write('{"decision":') },
  'a closed connection': (_request, _response, socket) => { socket.destroy() }
}

t.test('whatever is no opinion — 503 with Retry-After, no challenge, and nothing is reserved', async t => {
  covers('opinion.fails-closed')
  const { gateway, point } = await failing(t)
  const before = await seatsOf(gateway, 1)
  const found: Record<string, unknown> = {}
  for (const [name, behaviour] of Object.entries(BAD)) {
    point.decide = () => behaviour
    const { status, headers, body } = await call(gateway, RESERVE)
    found[name] = [status, headers['retry-after'], headers['www-authenticate'], body.error?.data?.['code']]
  }
  const expected = [503, '5', undefined, 'GW_DECISION_POINT_UNAVAILABLE']
  t.strictSame(found, Object.fromEntries(Object.keys(BAD).map(name => [name, expected])))
  t.equal(await seatsOf(gateway, 1), before)
})

t.test('a positive decision with obligations is a refusal: this gateway fulfils none', async t => {
  covers('opinion.fails-closed')
  const { gateway, point } = await failing(t)
  const refused: boolean[] = []
  for (const obligations of [[{ id: '1', type: 'step-up' }], { type: 'log' }, 'log', [], null]) {
    point.decide = () => ({ decision: true, context: { obligations } as never })
    refused.push((await call(gateway, RESERVE)).body.result?.isError === true)
  }
  t.strictSame(refused, [true, true, true, false, false])
})

t.test('a tool with its own mapping is refused, since the mapping is not evaluated', async t => {
  covers('opinion.fails-closed')
  const point = await startDecisionPoint()
  t.teardown(() => point.close())
  const asked: AskedEvaluation[] = []
  point.decide = evaluation => {
    asked.push(evaluation)
    return { decision: true }
  }
  let runs = 0
  const schema = z.strictObject({ to: z.string() })
  const mapping = { evaluation: { resource: { type: 'account', id: '$params.arguments.to' } } }
  const tool = defineTool({
    name: 'pay',
    title: 'Pay',
    description: 'Pays.',
    input: withJsonSchema(schema, {
      type: 'object', properties: { to: { type: 'string' } }, required: ['to'], additionalProperties: false, 'x-authzen-mapping': mapping
    }),
    access: { scopes: ['pay'] },
    async run () {
      runs += 1
      return { kind: 'completed', text: 'paid' }
    }
  })
  const gateway = await createTestGateway({ tools: [tool], config: { policy: { secondOpinion: { url: point.url } } } })
  t.teardown(() => gateway.close())
  const answer = await gateway.connect({ scopes: ['pay'] }).callTool('pay', { to: 'x' })
  t.equal(answer.status, 403)
  t.strictSame([runs, asked.length], [0, 0])
})

t.test('off — no decision point is reached', async t => {
  covers('opinion.off-costs-nothing')
  const { point } = await failing(t)
  const gateway = await buildGateway(t)
  t.equal((await call(gateway, RESERVE)).status, 200)
  t.equal(point.asked.length, 0)
})
