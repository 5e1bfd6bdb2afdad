// Several processes on one SQLite file, and locks that another process holds.

import t from 'tap'
import { createSqliteStore } from '../../src/tickets/storage/sqlite/store.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import { AT, freshPath, inga, openDatabase } from './sqlite-under-test.ts'

t.test('two processes on one file — exact seats, exact totals, no errors', async t => {
  covers('tickets.seats-within-bounds', 'tickets.total-across-reservations')
  const path = freshPath(t)
  const setUp = await openDatabase(t, path)
  setUp.execute('UPDATE tickets SET price = 1, total_seats = 500, available_seats = 500 WHERE id = 1')
  setUp.close()
  // one buyer in both: 300 wishes each for 500 seats, and a total that ends at 450
  const processes = [startTicketProcess(t, 'buy', path, '300', '450'), startTicketProcess(t, 'buy', path, '300', '450')]
  await Promise.all(processes.map(child => child.line('ready')))
  for (const child of processes) child.go()
  const results = await Promise.all(processes.map(child => child.result()))
  const sum = (member: string): number => results.reduce((total, result) => total + Number(result[member]), 0)
  t.strictSame([sum('reserved'), sum('refused'), sum('failed')], [450, 150, 0])
  const connection = await openDatabase(t, path)
  t.strictSame(auditTickets(connection), [])
  t.equal((await createSqliteStore(connection).findTicket(1))?.availableSeats, 50)
})

t.test('a lock held by another process — readers go on, writers are unavailable, and all is well afterwards', async t => {
  covers('tickets.storage-failure-changes-nothing')
  const path = freshPath(t)
  const connection = await openDatabase(t, path, 50)
  const store = createSqliteStore(connection)
  const holder = startTicketProcess(t, 'hold', path)
  await holder.line('locked')
  const wish = { person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT } as const
  await t.rejects(store.reserve(wish), { code: 'GW_STORAGE_UNAVAILABLE', detail: /SQLITE_BUSY/ })
  await t.rejects(store.cancel({ person: inga, reservationId: 1, at: AT }), { code: 'GW_STORAGE_UNAVAILABLE' })
  await store.ping()
  t.equal((await store.listTickets(10)).length, 3)
  holder.go()
  await holder.result()
  t.match(await store.reserve(wish), { ok: true, value: { availableSeats: 49, reservation: { id: 1 } } })
  t.strictSame(auditTickets(connection), [])
})

t.test('a lock held by another process — writers wait in order, and nobody else waits with them', async t => {
  covers('storage.held-lock-stalls-nobody')
  const path = freshPath(t)
  const connection = await openDatabase(t, path, 60_000)
  const store = createSqliteStore(connection)
  const holder = startTicketProcess(t, 'hold', path)
  await holder.line('locked')
  const done: number[] = []
  const one = { person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT } as const
  const wishes = Array.from({ length: 50 }, (_, index) => store.reserve(one)
    .then(result => { done.push(result.ok ? index : -1) }))
  const each = collected(t)
  for (let times = 0; times < 100; times++) {
    each.equal((await store.findTicket(1))?.availableSeats, 50)
    // a turn of the event loop, timers included
    await new Promise(resolve => { setTimeout(resolve, 0) })
  }
  each.end()
  t.strictSame(done, [], 'the lock is still held')
  holder.go()
  await Promise.all(wishes)
  t.strictSame(done, wishes.map((_, index) => index))
  t.strictSame(auditTickets(connection), [])
})

t.test('a lock that is never given back — one writer after another gives up, and a closed store at once', async t => {
  const path = freshPath(t)
  const patient = createSqliteStore(await openDatabase(t, path, 60_000))
  const hasty = createSqliteStore(await openDatabase(t, path, 50))
  const holder = startTicketProcess(t, 'hold', path)
  await holder.line('locked')
  const wish = { person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT } as const
  const refusals: Promise<unknown>[] = [hasty.reserve(wish), hasty.reserve(wish), hasty.cancel({ person: inga, reservationId: 1, at: AT })]
  await Promise.all(refusals.map(refusal => t.rejects(refusal, { code: 'GW_STORAGE_UNAVAILABLE', detail: /SQLITE_BUSY/ })))
  const waiting = t.rejects(patient.reserve(wish), { code: 'GW_STORAGE_UNAVAILABLE', detail: /closed/ })
  await patient.close()
  await waiting
  holder.go()
  await holder.result()
})
