// Does the SQLite adapter keep the contract, in memory and in a file, and what does it do when SQLite cannot?

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t, { type Test } from 'tap'
import { checkBindable } from '../../src/tickets/storage/bind-guard.ts'
import { openSqliteConnection, type SqliteConnection } from '../../src/tickets/storage/sqlite/connection.ts'
import { MIGRATIONS } from '../../src/tickets/storage/sqlite/migrations/migrations.ts'
import { checkSchema, migrateSchema } from '../../src/tickets/storage/sqlite/database-schema.ts'
import { createSqliteStore, openSqliteDatabase } from '../../src/tickets/storage/sqlite/store.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import type { TicketSearch } from '../../src/tickets/domain/ticket.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import { ticketStoreContract, type StoreUnderTest } from './ticket-store.ts'

const clock = createManualClock()
const AT = clock.now()
const inga = { issuer: 'https://as.example', subject: '1004' }

async function openDatabase (t: Test, path: string, busyTimeoutMs = 5_000): Promise<SqliteConnection> {
  const connection = await openSqliteDatabase({ path, clock, locale: 'ja', busyTimeoutMs })
  t.teardown(() => { connection.close() })
  return connection
}

async function openUnderTest (t: Test, path: string): Promise<StoreUnderTest> {
  const connection = await openDatabase(t, path)
  const store = createSqliteStore(connection)
  return {
    store,
    addTicket: async ({ title = 'an event', price = 1_000, seats = 10, currency = 'JPY', eventDate = '2027-06-01T00:00:00.000Z' }) => Number(connection.prepare(`
      INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
      VALUES (?, '', ?, ?, ?, ?, ?, ?) RETURNING id`).first(title, price, currency, seats, seats, eventDate, new Date(AT).toISOString())?.[0]),
    setPrice: async (ticketId, price) => { connection.prepare('UPDATE tickets SET price = ? WHERE id = ?').run(price, ticketId) },
    audit: async () => auditTickets(connection),
    ...path === ':memory:' ? {} : { restart: async () => { await store.close(); return openUnderTest(t, path) } }
  }
}

// what is cheap is sold out
function fill (connection: SqliteConnection, count: number): void {
  connection.execute(`
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
    SELECT 'Evening of Jazz ' || i, '', 1000 + i % 5 * 1000, 'JPY', iif(i % 5 = 0, 0, i % 50), iif(i % 5 = 0, 0, i % 50), '2027-06-01T00:00:00.000Z', '' FROM n`)
}

const freshPath = (t: Test): string => join(t.testdir(), 'a folder', 'to be made', 'tickets.db')

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

t.test('storage — a file that cannot be opened is unavailable', async t => {
  const folder = t.testdir({ file: 'text' })
  for (const path of [folder, join(folder, 'file', 'below.db')]) {
    await t.rejects(openTicketStore({ url: `sqlite:${path}`, clock }), { code: 'GW_STORAGE_UNAVAILABLE' })
  }
})

t.test('schema — a newer database or one of another program is refused and not changed', async t => {
  covers('tickets.schema-of-a-newer-version-refused')
  const folder = t.testdir({ text: 'this is a text and no database at all. '.repeat(40) })
  const write = (name: string, sql: string): string => {
    const path = join(folder, name)
    const connection = openSqliteConnection({ path })
    connection.execute(sql)
    connection.close()
    return path
  }
  const newer = join(folder, 'newer.db')
  await (await openTicketStore({ url: `sqlite:${newer}`, clock })).close()
  write('newer.db', 'PRAGMA user_version = 999')
  for (const [path, detail] of [
    [newer, /schema 999/],
    [join(folder, 'text'), /not an SQLite database/],
    [write('foreign.db', 'CREATE TABLE recipes (id INTEGER)'), /another program/],
    [write('foreign-version.db', 'PRAGMA user_version = 1'), /another program/],
    [write('foreign-owner.db', 'PRAGMA application_id = 7'), /another program/]
  ] as const) {
    const before = readFileSync(path)
    await t.rejects(openTicketStore({ url: `sqlite:${path}`, clock }), { code: 'GW_STORAGE_SCHEMA_INCOMPATIBLE', detail }, path)
    t.ok(before.equals(readFileSync(path)), 'not a byte changed')
  }
})

t.test('schema — a database that exists is opened as it is; its tickets are not added again', async t => {
  const path = freshPath(t)
  const first = await openDatabase(t, path)
  first.execute('DELETE FROM tickets WHERE id = 2')
  first.close()
  const again = createSqliteStore(await openDatabase(t, path))
  t.strictSame((await again.listTickets(10)).map(ticket => ticket.id), [1, 3])
  t.strictSame(await again.searchTickets({ title: 'Node' }), [], 'gone from the search as well')
})

t.test('schema — a title that is changed is found by its new name only', async t => {
  const connection = await openDatabase(t, ':memory:')
  connection.prepare('UPDATE tickets SET title = ? WHERE id = 1').run('認可の夕べ')
  const store = createSqliteStore(connection)
  t.strictSame((await store.searchTickets({ title: '認可' })).map(ticket => ticket.id), [1])
  t.strictSame(await store.searchTickets({ title: '勉強' }), [])
})

t.test('schema — a database of the first version is brought up to date, and its titles are found', async t => {
  const path = freshPath(t)
  const first = openSqliteConnection({ path })
  first.execute(MIGRATIONS[0]?.() ?? '')
  for (const [title, price] of [['ÉVENING of MUSIC', 1_000], ['勉強会', 2_000], ['aaaaaaaaaaaaaaaa', 3_000]] as const) {
    first.prepare(`
      INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
      VALUES (?, '', ?, 'JPY', 10, 10, '2027-06-01T00:00:00.000Z', '')`).run(title, price)
  }
  first.execute('PRAGMA user_version = 1')
  first.execute(`PRAGMA application_id = ${0x4757544b}`)
  first.close()
  const connection = await openDatabase(t, path)
  const store = createSqliteStore(connection)
  for (const [search, ids] of [
    [{ title: 'évening' }, [1]], [{ title: 'of music' }, [1]], [{ title: '強' }, [2]], [{ title: 'aaaaaaaaaaaaaaaa' }, [3]],
    [{ title: 'aaaaaaaaaaaaaaaaa' }, []], [{ maxPrice: 2_000, minAvailableSeats: 10 }, [1, 2]]
  ] as const) t.strictSame((await store.searchTickets(search)).map(ticket => ticket.id), ids, JSON.stringify(search))
  connection.execute("UPDATE tickets SET title = 'bbb' WHERE id = 3")
  connection.execute('DELETE FROM tickets WHERE id = 2')
  t.strictSame(auditTickets(connection), [])
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
    { title: 'evening', maxPrice: 999 }, { title: 'evening', minAvailableSeats: 51 }, { title: 'evening', maxPrice: 1_000, minAvailableSeats: 1 },
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

t.test('schema — constraints hold even where the code is wrong', async t => {
  covers('tickets.seats-within-bounds')
  const connection = await openDatabase(t, ':memory:')
  for (const sql of [
    'UPDATE tickets SET available_seats = -1', 'UPDATE tickets SET available_seats = total_seats + 1',
    'UPDATE tickets SET price = -1', 'UPDATE tickets SET price = 9007199254740991', "UPDATE tickets SET title = ''",
    "UPDATE tickets SET currency = 'yen'", "UPDATE tickets SET event_date = 'tomorrow'", "UPDATE tickets SET title = 'a' || char(31) || 'b'"
  ]) t.throws(() => { connection.execute(sql) }, { code: 'SQLITE_CONSTRAINT_CHECK' }, sql)
  t.throws(() => { connection.execute("UPDATE tickets SET price = 'many'") }, /cannot store TEXT/)
  t.throws(() => {
    connection.execute("INSERT INTO reservations (person_id, ticket_id, seats, amount, currency, status, reserved_at) VALUES (9, 1, 1, 1, 'JPY', 'active', '')")
  }, { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
})

t.test('schema — processes that open a new database at once create it once', async t => {
  const path = freshPath(t)
  const processes = Array.from({ length: 4 }, () => startTicketProcess(t, 'open', path))
  t.strictSame(await Promise.all(processes.map(child => child.result())), Array.from({ length: 4 }, () => ({ tickets: 3 })))
  t.equal((await createSqliteStore(await openDatabase(t, path)).listTickets(100)).length, 3)
})

t.test('schema — a new database that was locked when it was looked at is created when the lock is gone', async t => {
  const path = freshPath(t)
  const [connection, other] = [openSqliteConnection({ path }), openSqliteConnection({ path })]
  t.teardown(() => { connection.close(); other.close() })
  other.execute('BEGIN EXCLUSIVE')
  // the first try is over when this returns
  const looking = connection.answer('looking', () => checkSchema(connection))
  other.execute('ROLLBACK')
  t.equal(await looking, 0)
  // the newest ones drop what the first ones made, which SQLite refuses while anything reads
  migrateSchema(connection, () => {})
  t.equal(checkSchema(connection), MIGRATIONS.length)
})

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
  const wishes = Array.from({ length: 50 }, (_, index) => store.reserve({ person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT })
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

t.test('a full disk — unavailable, nothing half done, and all is well when there is room again', async t => {
  covers('tickets.storage-failure-changes-nothing')
  const connection = await openDatabase(t, freshPath(t))
  const store = createSqliteStore(connection)
  const wish = (idempotencyKey: string) => store.reserve({
    person: inga, ticketId: 1, seats: 1, at: AT, idempotencyKey, limits: [{ elementIndex: 0, currency: 'JPY', maxAmount: 5_000, total: { maxTotalAmount: 50_000, budgetKey: 'k' } }]
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
  await t.rejects(connection.answer('try', () => seats.first(51)), { code: 'GW_INTERNAL', detail: 'try: refused by SQLITE_CONSTRAINT_CHECK' })
})

t.test('bind guard — only text, safe integers and null reach the driver', async t => {
  covers('tickets.text-never-cut')
  checkBindable([null, '', 'text 🫠', 0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
  for (const value of [true, false, undefined, NaN, Infinity, 1.5, 2 ** 53, 1n, {}, [], new Date(), () => 1, Symbol('s'), Buffer.from('b'), 'a\0', '\ud83e']) {
    t.throws(() => { checkBindable(['fine', value]) }, { code: 'GW_STORAGE_BIND_INVALID' }, typeof value)
  }
  const connection = await openDatabase(t, ':memory:')
  t.strictSame(connection.prepare('SELECT ?').first(null), [null], 'a single null is a value')
})
