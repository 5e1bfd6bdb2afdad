// Requests that a client can make large at little cost: how large their answers get, and what of a token is explained.

import t from 'tap'
import { numberText } from '../../src/policy/authorization-details/wording.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call } from '../support/gateway.ts'

interface ExplainedTool { readonly tool: string, readonly limits: readonly unknown[] }

const unknown = (count: number, name = 'x') => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 1]))

t.test('cost — of unknown arguments five are named, however many there are', async t => {
  covers('limits.answers-bounded')
  const gateway = await buildGateway(t, { config: { limits: { requestsPerMinutePerPerson: 0, bodyBytes: 1_048_576 } } })
  const few = await call(gateway, { tool: 'list_tickets', args: unknown(5) })
  t.match(few.body.result?.content[0]?.text, /"x0", "x1", "x2", "x3", "x4"$/)
  const many = await call(gateway, { tool: 'list_tickets', args: unknown(500) })
  t.match(many.body.result, { isError: true })
  t.match(many.body.result?.content[0]?.text, /"x0", "x1", "x2", "x3", "x4" and 495 more$/)
  const crowd = await call(gateway, { tool: 'list_tickets', args: unknown(50_000) })
  t.match(crowd, { status: 400, body: { error: { code: -32600, message: 'Invalid request: an object with more than 1000 members' } } })
  const long = await call(gateway, { tool: 'list_tickets', args: unknown(10, 'y'.repeat(50_000)) })
  t.ok(long.text.length < 2_000, 'a long name is cut')
  const explained = await call(gateway, { tool: 'explain_authorization', args: { tool: 'reserve_ticket', arguments: unknown(50_000) } })
  t.match(explained.body.error, { code: -32600 }, 'at any depth')
  const deep = JSON.parse(`${'['.repeat(1001)}${']'.repeat(1001)}`) as unknown
  t.match(await call(gateway, { tool: 'list_tickets', args: { deep } }), { status: 400, body: { error: { message: /within each other/ } } })
  const scattered = Array.from({ length: 10_001 }, () => [])
  t.match(await call(gateway, { tool: 'list_tickets', args: { scattered } }), { status: 400, body: { error: { message: /objects and lists$/ } } })
})

t.test('cost — an explanation names twenty elements, and twenty items of a list', async t => {
  covers('limits.answers-bounded')
  const element = { type: 'ticket-reservation', actions: ['book'], maxAmount: 10_000, currency: 'JPY' }
  const gateway = await buildGateway(t, {
    tokens: {
      'many-elements': activeToken({ authorization_details: Array.from({ length: 256 }, () => element) }),
      'many-items': activeToken({ authorization_details: [{ ...element, ticketIds: Array.from({ length: 30_000 }, (_, id) => id) }] })
    }
  })
  for (const args of [{}, { tool: 'reserve_ticket', arguments: { ticket_id: 3, seats: 9 } }]) {
    const answer = await call(gateway, { token: 'many-elements', tool: 'explain_authorization', args })
    t.equal(answer.status, 200)
    t.match(answer.body.result?.content[0]?.text, /… \(\+236\)/)
    const tools = answer.body.result?.structuredContent?.['tools'] as readonly ExplainedTool[]
    t.equal(tools.find(({ tool }) => tool === 'reserve_ticket')?.limits.length, 20)
    t.ok(answer.text.length < 40_000)
  }
  const items = await call(gateway, { token: 'many-items', tool: 'explain_authorization', args: { tool: 'reserve_ticket' } })
  t.match(items.body.result?.content[0]?.text, /0, 1, 2, .*, 19, … \(\+29980\)/)
  t.ok(items.text.length < 5_000)
  const reserved = await call(gateway, { token: 'many-elements', tool: 'reserve_ticket', args: { ticket_id: 3, seats: 1 } })
  t.equal(reserved.status, 200, 'all elements count, named or not')
  t.equal(numberText(1_234_567, 'en'), '1,234,567')
})
