// The five ticket tools as a client sees them: both languages, strict arguments, and whose reservations they are.

import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, limitedTo, message, post, type Gateway } from '../support/gateway.ts'
import { reservationIn, reserve, seatsOf, structured, text, type Structured } from '../support/ticket-calls.ts'

async function reservationsOf (gateway: Gateway, token: string): Promise<Array<{ id: number, status: string }>> {
  return structured(await call(gateway, { token, tool: 'get_user_reservations' }))['reservations'] as Array<{ id: number, status: string }>
}

t.test('texts — Japanese', async t => {
  const gateway = await buildGateway(t, { config: { tools: { locale: 'ja' } } })
  t.equal(text(await call(gateway, { tool: 'list_tickets' })), [
    '#1 Authlete勉強会: ¥5,000、残り50席（全50席）、2027-01-29',
    '#2 Node.js ワークショップ: ¥8,000、残り30席（全30席）、2027-02-12',
    '#3 セキュリティ入門セミナー: ¥3,000、残り100席（全100席）、2027-02-26'
  ].join('\n'))
  t.equal(text(await call(gateway, { tool: 'search_tickets', args: { title: 'セキュリティ' } })),
    '#3 セキュリティ入門セミナー: ¥3,000、残り100席（全100席）、2027-02-26')
  t.equal(text(await call(gateway, { tool: 'search_tickets', args: { max_price: 0 } })), '該当するチケットはありません。')
  t.equal(text(await call(gateway, { tool: 'get_user_reservations' })), '予約はありません。')
  t.equal(text(await reserve(gateway, 'token-full', { ticket_id: 2, seats: 2 })), 'チケット予約が完了しました。#1 Node.js ワークショップ: 2席、¥16,000')
  t.equal(text(await call(gateway, { tool: 'get_user_reservations' })), '#1 Node.js ワークショップ: 2席、¥16,000、有効')
  t.equal(text(await reserve(gateway, 'token-full', { ticket_id: 2, seats: 29 })), '座席が足りません（残り28席）。')
  t.equal(text(await reserve(gateway, 'token-full', { ticket_id: 99, seats: 1 })), 'チケットが見つかりません。')
  t.equal(text(await call(gateway, { tool: 'cancel_reservation', args: { reservation_id: 1 } })), '予約を取り消しました。#1 Node.js ワークショップ')
  t.equal(text(await call(gateway, { tool: 'cancel_reservation', args: { reservation_id: 1 } })), 'この予約は既に取り消されています。')
  t.equal(text(await call(gateway, { tool: 'cancel_reservation', args: { reservation_id: 2 } })), '予約が見つかりません。')
  t.equal(text(await call(gateway, { tool: 'get_user_reservations' })), '#1 Node.js ワークショップ: 2席、¥16,000、取消済み')
})

t.test('texts — English', async t => {
  const gateway = await buildGateway(t)
  t.equal(text(await call(gateway, { tool: 'search_tickets', args: { title: 'NODE', max_price: 8000, min_available_seats: 30 } })),
    '#2 Node.js workshop: ¥8,000, 30 of 30 seats left, 2027-02-12')
  t.equal(text(await call(gateway, { tool: 'search_tickets', args: { min_available_seats: 101 } })), 'No ticket found.')
  t.equal(text(await call(gateway, { tool: 'get_user_reservations' })), 'No reservation.')
  t.equal(text(await reserve(gateway, 'token-full', { ticket_id: 1, seats: 1 })),
    'The ticket is reserved. #1 Authlete study session: 1 seat(s), ¥5,000')
  t.equal(text(await reserve(gateway, 'token-full', { ticket_id: 1, seats: 50 })), 'Not enough seats: 49 left.')
  t.equal(text(await reserve(gateway, 'token-full', { ticket_id: 99, seats: 1 })), 'There is no such ticket.')
  t.equal(text(await call(gateway, { tool: 'get_user_reservations' })), '#1 Authlete study session: 1 seat(s), ¥5,000, active')
  t.equal(text(await call(gateway, { tool: 'cancel_reservation', args: { reservation_id: 1 } })),
    'The reservation is cancelled. #1 Authlete study session')
  t.equal(text(await call(gateway, { tool: 'cancel_reservation', args: { reservation_id: 1 } })), 'This reservation is cancelled already.')
  t.equal(text(await call(gateway, { tool: 'cancel_reservation', args: { reservation_id: 2 } })), 'There is no such reservation.')
})

t.test('results — say the same in text and in data, and data is valid against the published schema', async t => {
  covers('tools.structured-content')
  const total = limitedTo(10_000, { maxTotalAmount: 20_000, budgetId: 'b-1' })
  const gateway = await buildGateway(t, { tokens: { total: activeToken(total) } })
  const { body } = await post(gateway, message('tools/list', {}).body, { authorization: 'Bearer token-full' })
  const ajv = new Ajv2020({ strict: true })
  const schemas = new Map((body.result?.tools ?? []).map(({ name, outputSchema }) => [name, ajv.compile(outputSchema as object)]))

  async function valid (tool: string, args: object, token = 'token-full'): Promise<Structured> {
    const answer = await call(gateway, { token, tool, args })
    const validate = schemas.get(tool)
    t.ok(validate?.(structured(answer)), `${tool} ${JSON.stringify(validate?.errors)}`)
    t.equal(answer.body.result?.isError, undefined)
    return structured(answer)
  }

  t.match(await valid('list_tickets', { limit: 1 }),
    { tickets: [{ id: 1, price: 5000, currency: 'JPY', available_seats: 50, total_seats: 50 }] })
  t.match(await valid('search_tickets', {}), { tickets: [{ id: 1 }, { id: 2 }, { id: 3 }] })
  t.match(await valid('reserve_ticket', { ticket_id: 1, seats: 2 }), {
    reservation: { id: 1, seats_reserved: 2, amount: 10_000, status: 'active' },
    available_seats: 48,
    repeated: false,
    authorization: undefined
  })
  t.strictSame((await valid('reserve_ticket', { ticket_id: 2, seats: 1, idempotency_key: 'wish-1' }, 'total'))['authorization'],
    { element: 0, budget: { currency: 'JPY', max_total_amount: 20_000, spent: 8000, remaining: 12_000 } })
  t.match(await valid('reserve_ticket', { ticket_id: 2, seats: 1, idempotency_key: 'wish-1' }, 'total'),
    { reservation: { id: 2 }, repeated: true, authorization: { budget: { spent: 8000 } } })
  t.match(await valid('get_user_reservations', {}), { reservations: [{ id: 2, ticket_title: 'Node.js workshop' }, { id: 1 }] })
  t.match(await valid('cancel_reservation', { reservation_id: 2 }, 'total'),
    { reservation: { status: 'cancelled' }, available_seats: 30, credited: { amount: 8000, budget: { spent: 0, remaining: 20_000 } } })
  t.match(await valid('cancel_reservation', { reservation_id: 1 }), { reservation: { status: 'cancelled' }, credited: undefined })
  t.strictSame(await valid('search_tickets', { title: 'nothing like it' }), { tickets: [] })
})

t.test('list and search — limits and filters are inclusive, and all must hold', async t => {
  const gateway = await buildGateway(t)
  const ids = async (tool: string, args: object) =>
    (structured(await call(gateway, { tool, args }))['tickets'] as Array<{ id: number }>).map(({ id }) => id)
  t.strictSame(await ids('list_tickets', { limit: 2 }), [1, 2])
  t.strictSame(await ids('list_tickets', { limit: 100 }), [1, 2, 3])
  t.strictSame(await ids('search_tickets', { max_price: 5000 }), [1, 3])
  t.strictSame(await ids('search_tickets', { max_price: 5000, min_available_seats: 100 }), [3])
  t.strictSame(await ids('search_tickets', { title: '' }), [1, 2, 3])
  for (const title of ['%', '_', '"', '\'; DROP TABLE tickets; --', '*', 'NEAR(a b)', 'title:x', '\\']) {
    t.strictSame(await ids('search_tickets', { title }), [], title)
  }
})

t.test('arguments — of a wrong kind are refused with words for a model, and change nothing', async t => {
  covers('tools.arguments-strict')
  const gateway = await buildGateway(t)
  const wrongIntegers = [0, -5, 0.5, 2 ** 53, 1e300, '3', '', null, true, false, [], [1], {}]
  const refused: Array<[tool: string, args: unknown]> = [
    ...wrongIntegers.map(seats => ['reserve_ticket', { ticket_id: 1, seats }] as [string, unknown]),
    ...wrongIntegers.map(id => ['reserve_ticket', { ticket_id: id, seats: 1 }] as [string, unknown]),
    ...wrongIntegers.map(id => ['cancel_reservation', { reservation_id: id }] as [string, unknown]),
    ...wrongIntegers.map(limit => ['list_tickets', { limit }] as [string, unknown]),
    ...wrongIntegers.map(seats => ['search_tickets', { min_available_seats: seats }] as [string, unknown]),
    ...wrongIntegers.filter(price => price !== 0).map(price => ['search_tickets', { max_price: price }] as [string, unknown]),
    ['list_tickets', { limit: 101 }],
    ['list_tickets', { Limit: 1 }],
    ['reserve_ticket', {}],
    ['reserve_ticket', { ticket_id: 1 }],
    ['reserve_ticket', { ticket_id: 1, seats: 1, price: 1 }],
    ['reserve_ticket', { ticket_id: 1, seats: 1, user_id: '2001' }],
    ['reserve_ticket', { ticket_id: 1, seats: 1_000_001 }],
    ['reserve_ticket', { ticket_id: 1, seats: 1, idempotency_key: '' }],
    ['reserve_ticket', { ticket_id: 1, seats: 1, idempotency_key: 'two words' }],
    ['reserve_ticket', { ticket_id: 1, seats: 1, idempotency_key: 'x'.repeat(129) }],
    ['reserve_ticket', { ticket_id: 1, seats: 1, idempotency_key: 7 }],
    ['get_user_reservations', { user_id: '2001' }],
    ['search_tickets', { title: 'x'.repeat(201) }],
    ['search_tickets', { title: 'a\u0000b' }],
    ['search_tickets', { title: '\ud800' }],
    ['search_tickets', { title: true }]
  ]
  const each = collected(t)
  for (const [tool, args] of refused) {
    const answer = await call(gateway, { tool, args })
    const name = `${tool} ${JSON.stringify(args).slice(0, 80)}`
    each.equal(answer.status, 200, name)
    each.equal(answer.body.result?.isError, true, name)
    each.match(text(answer), /^Invalid arguments: /, name)
    each.equal(answer.body.result?.structuredContent, undefined)
  }
  each.end()
  t.strictSame([await seatsOf(gateway, 1), await seatsOf(gateway, 2), await seatsOf(gateway, 3)], [50, 30, 100])
  t.strictSame(await reservationsOf(gateway, 'token-full'), [])
  t.notMatch(text(await call(gateway, { tool: 'search_tickets', args: { title: 'secret-looking-value'.repeat(20) } })),
    'secret-looking-value', 'a value is not repeated')
  t.equal((await reserve(gateway, 'token-read', { ticket_id: 1, seats: -5 })).status, 403, 'without the scope it is about the scope')
})

t.test('reservations — another person\'s looks like none, and is not changed', async t => {
  covers('tools.another-persons-reservation', 'tickets.another-persons-reservation-looks-like-none')
  const gateway = await buildGateway(t)
  const { id } = reservationIn(await reserve(gateway, 'token-full', { ticket_id: 1, seats: 3 }))
  const another = await call(gateway, { token: 'token-other-person', tool: 'cancel_reservation', args: { reservation_id: id } })
  const none = await call(gateway, { token: 'token-other-person', tool: 'cancel_reservation', args: { reservation_id: id + 1000 } })
  t.equal(another.text, none.text, 'byte for byte')
  t.strictSame(await reservationsOf(gateway, 'token-other-person'), [])
  t.match(await reservationsOf(gateway, 'token-full'), [{ id, status: 'active' }])
  t.equal(await seatsOf(gateway, 1), 47)
})

t.test('reservations — a person is the issuer and the subject, as text', async t => {
  const gateway = await buildGateway(t, {
    tokens: Object.fromEntries(['1004', '1004evil', '01004', '1004 ', '1e3', '1000', 'Inga', 'inga'].map(sub => [`as-${sub.trim()}${sub.endsWith(' ') ? '-blank' : ''}`, activeToken({ sub })]))
  })
  const holders = [...gateway.tokens.keys()].filter(name => name.startsWith('as-'))
  t.equal(holders.length, 8)
  for (const token of holders) {
    const { id } = reservationIn(await reserve(gateway, token, { ticket_id: 3, seats: 1 }))
    t.strictSame((await reservationsOf(gateway, token)).map(reservation => reservation.id), [id], `${token} has its own and no other`)
  }
})

t.test('reservations — a refreshed token keeps them; another person of the same client does not get them', async t => {
  const gateway = await buildGateway(t,
    { tokens: { refreshed: activeToken({ exp: 1_900_000_000 }), 'same-client': activeToken({ sub: '2001', client_id: 'client-1' }) } })
  const { id } = reservationIn(await reserve(gateway, 'token-full', { ticket_id: 1, seats: 1 }))
  gateway.tokens.delete('token-full')
  t.match(await reservationsOf(gateway, 'refreshed'), [{ id }])
  t.strictSame(await reservationsOf(gateway, 'same-client'), [])
  t.equal((await call(gateway, { token: 'refreshed', tool: 'cancel_reservation', args: { reservation_id: id } })).body.result?.isError,
    undefined)
})

t.test('cancel — once, and the seats come back once', async t => {
  const gateway = await buildGateway(t)
  const { id } = reservationIn(await reserve(gateway, 'token-full', { ticket_id: 2, seats: 30 }))
  t.equal(await seatsOf(gateway, 2), 0)
  const answers =
    await Promise.all(Array.from({ length: 10 }, () => call(gateway, { tool: 'cancel_reservation', args: { reservation_id: id } })))
  t.equal(answers.filter(({ body }) => body.result?.isError === undefined).length, 1)
  t.equal(await seatsOf(gateway, 2), 30)
})

t.test('reserve — whatever runs at once, seats are never sold twice', async t => {
  const gateway = await buildGateway(t)
  const answers = await Promise.all(Array.from({ length: 40 }, () => reserve(gateway, 'token-full', { ticket_id: 2, seats: 1 })))
  t.equal(answers.filter(({ body }) => body.result?.isError === undefined).length, 30)
  t.equal(await seatsOf(gateway, 2), 0)
})

t.test('get_user_reservations — says when there are older ones that it does not list', async t => {
  covers('tools.more-reservations')
  let count = 0
  const one = {
    ticketId: 1, ticketTitle: 'a title', seats: 1, amount: 1, currency: 'JPY', status: 'active', reservedAt: '2027-01-01T00:00:00.000Z'
  } as const
  const gateway = await buildGateway(t, {
    store: store => ({
      ...store,
      reservationsOf: (_person, limit = 0) => {
        return Promise.resolve(Array.from({ length: Math.min(count, limit) }, (_, index) => ({ ...one, id: index + 1 })))
      }
    })
  })
  const listed = async () => {
    const { body } = await call(gateway, { tool: 'get_user_reservations' })
    const { reservations, more } = body.result?.structuredContent as { reservations: unknown[], more?: boolean }
    return [reservations.length, more, /older reservations/.test(JSON.stringify(body.result?.['content']))]
  }
  count = 1_000
  t.strictSame(await listed(), [1_000, undefined, false])
  count = 1_001
  t.strictSame(await listed(), [1_000, true, true])
})
