// The SQLite adapter keeps the contract, in memory and in a file, and says so when SQLite cannot.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { checkBindable } from '../../src/storage/bind-guard.ts'
import { openingFault } from '../../src/storage/sqlite/storage-failure.ts'
import { createSqliteStore } from '../../src/tickets/storage/sqlite/store.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { covers } from '../support/covers.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import { ticketStoreContract } from './ticket-store.ts'
import { AT, clock, freshPath, inga, openDatabase, openUnderTest } from './sqlite-under-test.ts'

t.test('contract — SQLite in memory', async t => { ticketStoreContract(t, t => openUnderTest(t, ':memory:')) })

t.test('contract — SQLite in a file', async t => { ticketStoreContract(t, t => openUnderTest(t, freshPath(t))) })

t.test('storage URL — sqlite: opens a file or memory', async t => {
  const path = freshPath(t)
  for (const url of [`sqlite:${path}`, `sqlite:${relative(process.cwd(), path)}`, 'sqlite::memory:']) {
    const store = await openTicketStore({ url, clock })
    t.equal((await store.listTickets(10)).length, 3)
    await store.close()
  }
  t.ok(existsSync(path))
  const english = await openTicketStore({ url: 'sqlite::memory:', clock, locale: 'en' })
  t.teardown(() => english.close())
  t.match((await english.listTickets(1))[0], { title: 'Authlete study session', description: /OAuth/ })
})

t.test('storage URL — what is not understood is refused without repeating it', async t => {
  for (const url of ['', 'tickets.db', 'sqlite:', 'sqlite:a\0b', 'mysql://user:hunter2@host/db', 'SQLITE:x', ':memory:', 'libsql://host', 'http://host']) {
    const refusal = openTicketStore({ url, clock })
    await t.rejects(refusal, { code: 'GW_CONFIG_INVALID' }, JSON.stringify(url))
    await refusal.catch((error: unknown) => t.notMatch(JSON.stringify(error), /hunter2/))
  }
  t.notOk(existsSync('SQLITE:x'))
})

t.test('storage — a file that cannot be opened is unavailable, and the start says why', async t => {
  const folder = t.testdir({ file: 'text' })
  const below = join(folder, 'file', 'below.db')
  const unopened = 'it is no file, or this user may not read and write it'
  for (const [path, why] of [[folder, unopened], [below, 'a folder of its path is a file']]) {
    await t.rejects(openTicketStore({ url: `sqlite:${path}`, clock }),
      { code: 'GW_STORAGE_UNAVAILABLE', detail: `cannot open the database file ${path}: ${why}` })
  }
  const told = (code?: string) => openingFault(Object.assign(new Error('quotes a value'), { code }), 'a.db').detail
  t.strictSame(['EACCES', 'EROFS', 'EMFILE', undefined].map(told), [
    'this user may not write there', 'its file system is read-only', 'EMFILE', unopened
  ].map(why => `cannot open the database file a.db: ${why}`))
})

t.test('a full disk — unavailable, nothing half done, and all is well when there is room again', async t => {
  covers('tickets.storage-failure-changes-nothing')
  const connection = await openDatabase(t, freshPath(t))
  const store = createSqliteStore(connection)
  const wish = (idempotencyKey: string) => store.reserve({
    person: inga,
    ticketId: 1,
    seats: 1,
    at: AT,
    idempotencyKey,
    limits: [
      { elementIndex: 0, currency: 'JPY', maxAmount: 5_000, total: { maxTotalAmount: 50_000, budgetKey: 'k' } }
    ]
  })
  await wish('first')
  const pages = Number(connection.prepare('PRAGMA page_count').first()?.[0])
  connection.execute(`PRAGMA max_page_count = ${pages}`)
  const long = 'x'.repeat(100_000)
  for (let times = 0; times < 3; times++) await t.rejects(wish(long), { code: 'GW_STORAGE_UNAVAILABLE', detail: /SQLITE_FULL/ })
  t.strictSame(auditTickets(connection), [])
  t.equal((await store.findTicket(1))?.availableSeats, 49)
  t.match(await wish('small'), { ok: true, value: { availableSeats: 48 } }, 'what fits still works, through the statement that failed')
  connection.execute('PRAGMA max_page_count = 1000000')
  t.match(await wish(long), { ok: true, value: { availableSeats: 47, repeated: false, debited: { balance: { spent: 15_000 } } } })
  t.strictSame(auditTickets(connection), [])
})

t.test('a broken file — unavailable, and the message tells nothing of its contents', async t => {
  const path = freshPath(t)
  const first = await openDatabase(t, path)
  first.close()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0x55, 4096))
  const refusal = openTicketStore({ url: `sqlite:${path}`, clock }).then(store => store.listTickets(10))
  await t.rejects(refusal, { code: 'GW_STORAGE_UNAVAILABLE', message: 'The storage is not available right now.', detail: /: SQLITE_CORRUPT$/ })
})

t.test('transaction — an exception undoes all of it, and a failed statement does not stay failed', async t => {
  covers('tickets.storage-failure-changes-nothing')
  const connection = await openDatabase(t, ':memory:')
  const seats = connection.prepare('UPDATE tickets SET available_seats = available_seats - ? WHERE id = 1 RETURNING available_seats')
  t.throws(() => connection.transact(() => { seats.first(10); throw new Error('in the middle') }), /in the middle/)
  t.strictSame(seats.first(0), [50])
  t.throws(() => seats.first(51), { code: 'SQLITE_CONSTRAINT_CHECK' })
  t.strictSame(seats.first(1), [49])
  await t.rejects(connection.answer('try', () => seats.first(51)),
    { code: 'GW_INTERNAL', detail: 'try: refused by SQLITE_CONSTRAINT_CHECK' })
})

t.test('bind guard — only text, safe integers and null reach the driver', async t => {
  covers('tickets.text-never-cut')
  checkBindable([null, '', 'text 🫠', 0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
  for (const value of [true, false, undefined, NaN, Infinity, 1.5, 2 ** 53, 1n, {}, [], new Date(), () => 1, Symbol('s'), Buffer.from('b'),
    'a\0', '\ud83e']) {
    t.throws(() => { checkBindable(['fine', value]) }, { code: 'GW_STORAGE_BIND_INVALID' }, typeof value)
  }
  const connection = await openDatabase(t, ':memory:')
  t.strictSame(connection.prepare('SELECT ?').first(null), [null], 'a single null is a value')
})
