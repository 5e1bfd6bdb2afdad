// Limits of authorization details, held against the price in the transaction; live tokens, and a storage that is away.

import t, { type Test } from 'tap'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, challengeOf, limitedTo, type CallAnswer } from '../support/gateway.ts'
import { reservationIn, reserve, seatsOf, structured, text } from '../support/ticket-calls.ts'

function isTooSmall (t: Test, answer: CallAnswer, maxAmount: number): void {
  t.equal(answer.status, 403)
  t.equal(challengeOf(answer)['error'], 'insufficient_authorization')
  t.equal(answer.body.result, undefined, 'a refusal is no result')
  const remediation = JSON.parse(Buffer.from(challengeOf(answer)['authorization_remediation'] ?? '', 'base64url').toString()) as {
    authorization_details: unknown
  }
  t.match(remediation.authorization_details, [{ type: 'ticket-reservation', actions: ['book'], maxAmount, currency: 'JPY' }])
}

t.test('limits — ¥16,000 is refused under ¥10,000 with the remedy, and with the remedy it is allowed', async t => {
  covers('tools.details-enforced')
  const gateway = await buildGateway(t)
  const refused = await reserve(gateway, 'token-limited', { ticket_id: 2, seats: 2 })
  isTooSmall(t, refused, 16_000)
  t.equal(await seatsOf(gateway, 2), 30, 'nothing was taken')
  t.equal((await reserve(gateway, 'token-limited', { ticket_id: 1, seats: 2 })).status, 200, 'exactly the limit is within it')

  const remediation = challengeOf(refused)['authorization_remediation'] ?? ''
  const { authorization_details: details } =
    JSON.parse(Buffer.from(remediation, 'base64url').toString()) as { authorization_details: unknown }
  gateway.tokens.set('remedied', activeToken({ authorization_details: details }))
  t.match(structured(await reserve(gateway, 'remedied', { ticket_id: 2, seats: 2 })),
    { reservation: { amount: 16_000 }, authorization: { element: 0 } })
  t.equal((await reserve(gateway, 'remedied', { ticket_id: 2, seats: 3 })).status, 403, 'and nothing dearer')
  t.equal((await call(gateway, { token: 'remedied', tool: 'cancel_reservation', args: { reservation_id: 1 } })).status, 403,
    'nor another action')
})

t.test('limits — two elements are never added up, and the first sufficient one pays', async t => {
  const both = {
    authorization_details: [...limitedTo(10_000)['authorization_details'] as object[],
      ...limitedTo(6000)['authorization_details'] as object[], ...limitedTo(20_000)['authorization_details'] as object[]]
  }
  const gateway = await buildGateway(t,
    { tokens: { both: activeToken({ authorization_details: both.authorization_details.slice(0, 2) }), three: activeToken(both) } })
  t.equal((await reserve(gateway, 'both', { ticket_id: 2, seats: 2 })).status, 403, '¥10,000 and ¥6,000 are not ¥16,000')
  t.match(structured(await reserve(gateway, 'three', { ticket_id: 2, seats: 2 })), { authorization: { element: 2 } })
})

t.test('limits — a total holds across calls, its refusal says what is left, and a cancellation gives it back', async t => {
  covers('ledger.refusal-says-what-remains')
  const gateway = await buildGateway(t, { tokens: { total: activeToken(limitedTo(10_000, { maxTotalAmount: 16_000, budgetId: 'b-1' })) } })
  const first = await reserve(gateway, 'total', { ticket_id: 2, seats: 1 })
  t.match(text(first), '¥8,000 of the authorized total remains.')
  t.equal((await reserve(gateway, 'total', { ticket_id: 2, seats: 1 })).status, 200)
  const refused = await reserve(gateway, 'total', { ticket_id: 3, seats: 1 })
  t.equal(refused.status, 403)
  t.match(refused.body.error, {
    message: /needs ¥?[\d,]+(?: JPY)?, and ¥?0(?: JPY)? is left/,
    data: { error: 'insufficient_authorization', total: { member: 'maxTotalAmount', remaining: 0, currency: 'JPY' } }
  })
  t.equal(gateway.decisions().at(-1)?.['remark'], 'insufficient:maxTotalAmount')
  await call(gateway, { token: 'total', tool: 'cancel_reservation', args: { reservation_id: reservationIn(first).id } })
  t.equal((await reserve(gateway, 'total', { ticket_id: 3, seats: 1 })).status, 200)
})

/** Between the check and the purchase the price that the check saw changes. */
const cheapAtFirst = (store: TicketStore): TicketStore => ({
  ...store,
  async findTicket (id) {
    const ticket = await store.findTicket(id)
    return ticket === undefined ? undefined : { ...ticket, price: 1 }
  }
})

t.test('limits — a price that rises between check and purchase is refused inside the transaction', async t => {
  covers('tickets.price-inside-the-transaction')
  const gateway = await buildGateway(t, { store: cheapAtFirst })
  isTooSmall(t, await reserve(gateway, 'token-limited', { ticket_id: 2, seats: 2 }), 16_000)
  t.equal(await seatsOf(gateway, 2), 30)
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'insufficient-authorization', remark: 'insufficient:maxAmount' })
})

t.test('limits — a token without details is allowed or refused as configured, one with unreadable ones never allowed', async t => {
  for (const authorizationDetailsWhenAbsent of ['allow', 'deny'] as const) {
    const gateway = await buildGateway(t, {
      config: { policy: { authorizationDetailsWhenAbsent, remediation: 'off' } },
      tokens: {
        unreadable: activeToken({ authorization_details: [{ type: 'ticket-reservation', maxAmount: 'much' }] }),
        odd: activeToken({ authorization_details: 'all' })
      }
    })
    const wanted = authorizationDetailsWhenAbsent === 'allow' ? 200 : 403
    t.equal((await reserve(gateway, 'token-full', { ticket_id: 1, seats: 1 })).status, wanted)
    t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200, 'reading needs none')
    t.equal((await reserve(gateway, 'unreadable', { ticket_id: 1, seats: 1 })).status, 403)
    t.equal((await reserve(gateway, 'odd', { ticket_id: 1, seats: 1 })).status, 403)
  }
})

t.test('live token — what changes something asks the authorization server, what only reads may use the cache', async t => {
  covers('tools.live-token', 'policy.fresh-answer-after-arrival')
  const gateway = await buildGateway(t)
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
  gateway.clock.advance(1000)
  gateway.tokens.set('token-full', { active: false })
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200, 'within the cache time')
  const refused = await reserve(gateway, 'token-full', { ticket_id: 1, seats: 1 })
  t.equal(refused.status, 401)
  t.match(challengeOf(refused), { error: 'invalid_token', scope: 'mcp:tickets:write' })
  t.equal(await seatsOf(gateway, 1), 50)
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 401, 'and from then on everywhere')
})

t.test('storage — away, it is a 503 with the request\'s id, and nothing was done', async t => {
  const gateway = await buildGateway(t)
  await gateway.store.close()
  for (const [tool, args] of [['list_tickets', {}], ['search_tickets', {}], ['get_user_reservations', {}],
    ['reserve_ticket', { ticket_id: 1, seats: 1 }], ['cancel_reservation', { reservation_id: 1 }]] as const) {
    const answer = await call(gateway, { tool, args, id: 42 })
    t.equal(answer.status, 503, tool)
    t.equal(answer.headers['retry-after'], '5')
    t.equal(answer.headers['www-authenticate'], undefined)
    t.match(answer.body, { id: 42, error: { code: 503, data: { code: 'GW_STORAGE_UNAVAILABLE', retryAfterSeconds: 5 } } })
  }
})
