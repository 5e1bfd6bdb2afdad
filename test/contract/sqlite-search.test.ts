// The cost of a search on SQLite, and the index of titles.

import t from 'tap'
import { createSqliteStore } from '../../src/tickets/storage/sqlite/store.ts'
import type { TicketSearch } from '../../src/tickets/domain/ticket.ts'
import { covers } from '../support/covers.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import { fill, openDatabase } from './sqlite-under-test.ts'

t.test('schema — a title that is changed is found by its new name only', async t => {
  const connection = await openDatabase(t, ':memory:')
  connection.prepare('UPDATE tickets SET title = ? WHERE id = 1').run('認可の夕べ')
  const store = createSqliteStore(connection)
  t.strictSame((await store.searchTickets({ title: '認可' })).map(ticket => ticket.id), [1])
  t.strictSame(await store.searchTickets({ title: '勉強' }), [])
})

t.test('search — costs no more among many tickets than among few', async t => {
  covers('tickets.search-flat')
  const connection = await openDatabase(t, ':memory:')
  const store = createSqliteStore(connection)
  const steps = async (search: TicketSearch): Promise<number> => {
    const counted = () => Number(connection.prepare('SELECT sum(nstep) FROM sqlite_stmt').first()?.[0])
    const before = counted()
    const own = counted() - before
    const start = counted()
    await store.searchTickets(search)
    return counted() - start - own
  }
  const searches = [
    {}, { title: 'e' }, { title: 'ng ' }, { title: 'ening of' }, { title: 'evening of jazz 1000' }, { title: '夜' }, { title: 'zz' },
    { title: 'jazzevening' }, { title: 'evening of jazz and jazz' },
    { maxPrice: 1_000 }, { maxPrice: 0 }, { minAvailableSeats: 1 }, { minAvailableSeats: 51 }, { maxPrice: 1_000, minAvailableSeats: 1 },
    { title: 'evening', maxPrice: 999 }, { title: 'evening', minAvailableSeats: 51 },
    { title: 'evening', maxPrice: 1_000, minAvailableSeats: 1 },
    { title: 'e', maxPrice: 9_000, minAvailableSeats: 10 }
  ]
  fill(connection, 1_000)
  for (const search of searches) await store.searchTickets(search)
  const few = new Map<TicketSearch, number>()
  for (const search of searches) few.set(search, await steps(search))
  fill(connection, 9_000)
  for (const search of searches) {
    t.ok(await steps(search) <= (few.get(search) ?? 0) * 1.5 + 100, `${JSON.stringify(search)}: ${few.get(search)}`)
  }
  t.strictSame(auditTickets(connection), [])
})

t.test('search — one that has to look at thousands lets others come in between, and finds all', async t => {
  const connection = await openDatabase(t, ':memory:')
  const store = createSqliteStore(connection)
  fill(connection, 10_000)
  // as many with this title as at this price, and one with both
  connection.execute("UPDATE tickets SET title = 'one of one kind', price = 9000 WHERE id > 5000")
  connection.execute('UPDATE tickets SET price = 1 WHERE id <= 5000 OR id = 10000')
  const order: string[] = []
  await Promise.all([
    store.searchTickets({ title: 'of one kind', maxPrice: 1 }).then(found => { order.push(`found ${found.map(ticket => ticket.id).join()}`) }),
    store.findTicket(1).then(() => { order.push('another') })
  ])
  t.strictSame(order, ['another', 'found 10000'])
  const closing = store.searchTickets({ title: 'of one kind', maxPrice: 1 })
  await store.close()
  await t.rejects(closing, { code: 'GW_STORAGE_UNAVAILABLE', detail: /closed/ })
})
