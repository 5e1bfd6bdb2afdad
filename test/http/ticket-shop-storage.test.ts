// The ticket shop and a gateway on one storage: the same seats and the same record, with SQLite and with PostgreSQL.

import t, { type Test } from 'tap'
import { systemClock } from '../../src/kernel/clock.ts'
import { StorageUnavailable } from '../../src/kernel/fault.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { covers } from '../support/covers.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { openShop, Visitor } from '../support/shop.ts'

const element = { type: 'ticket-reservation', actions: ['book'], maxAmount: 500_000 }
const limits = [{ elementIndex: 0, element, currency: 'JPY', maxAmount: 500_000 }]

async function sameStorage (t: Test, storage: string): Promise<void> {
  // What a gateway has open.
  const store = await openTicketStore({ url: storage, clock: systemClock })
  t.teardown(() => store.close())
  const { origin, practice } = await openShop(t, { storage })
  const person = { issuer: practice.issuer, subject: '1004' }
  const by = { through: 'client', clientId: 'assistant' } as const
  const [inga, taro] = [new Visitor(origin), new Visitor(origin)]
  await Promise.all([inga.logIn('inga'), taro.logIn('taro')])

  const at = systemClock.now()
  const reserved = await store.reserve({ person, ticketId: 2, seats: 28, limits, by, at })
  t.ok(reserved.ok)
  // Two seats are left, and three want one.
  const answers = await Promise.all([
    inga.submit('/tickets/2', '/reservations', { seats: '1' }),
    taro.submit('/tickets/2', '/reservations', { seats: '1' }),
    store.reserve({ person, ticketId: 2, seats: 1, limits, by, at })
  ])
  const won = answers.filter(answer => 'status' in answer ? answer.status === 303 : answer.ok)
  t.equal(won.length, 2)
  t.equal((await store.findTicket(2))?.availableSeats, 0)

  const mine = await inga.get('/reservations')
  t.match(mine.html, /28 seats[^]*◆ <bdi>assistant<\/bdi>[^]*made this for you[^]*under: book, up to ¥500,000 per reservation/)
  const id = reserved.ok ? reserved.value.reservation.id : 0
  t.equal((await inga.submit(`/reservations/${id}/cancel`, `/reservations/${id}/cancel`)).status, 303)
  t.equal((await store.findTicket(2))?.availableSeats, 28)
  t.match((await store.reservationsOf(person)).find(one => one.id === id), { status: 'cancelled' })
}

t.test('SQLite — the shop and a gateway sell no seat twice, and each sees what the other did', async t => {
  covers('shop.made-by')
  await sameStorage(t, `sqlite:${t.testdir()}/tickets.db`)
})

t.test('PostgreSQL — the shop and a gateway sell no seat twice, and each sees what the other did', { skip: whyNoPostgres() }, async t => {
  covers('shop.made-by')
  const server = await startPostgresServer(t)
  await sameStorage(t, await server.createDatabase())
})

t.test('shop — while the storage does not answer, a page says so, and /ready is red', async t => {
  covers('shop.outage')
  const fail = () => Promise.reject(new StorageUnavailable('gone'))
  const { origin, service } = await openShop(t, { desk: desk => ({ ...desk, catalogue: fail, find: fail }) })
  const visitor = new Visitor(origin)
  const page = await visitor.get('/')
  t.match(page, { status: 503, html: /The storage does not answer/ })
  t.equal(page.headers.get('retry-after'), '5')
  t.notMatch(page.html, /gone/)
  await service.close()
  t.equal((await visitor.get('/ready')).status, 503)
})
