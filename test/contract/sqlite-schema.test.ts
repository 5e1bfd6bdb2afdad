// The schema of the SQLite adapter: created once, brought up to date, refused when it is not ours.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { MIGRATIONS } from '../../src/tickets/storage/sqlite/migrations/migrations.ts'
import { checkSchema, migrateSchema } from '../../src/tickets/storage/sqlite/database-schema.ts'
import { createSqliteStore } from '../../src/tickets/storage/sqlite/store.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { covers } from '../support/covers.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import { clock, freshPath, openDatabase } from './sqlite-under-test.ts'

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

const noShell = spawnSync('sqlite3', ['--version']).status !== 0 && 'there is no sqlite3 here'

t.test('schema — tools of older systems read the file', { skip: noShell }, async t => {
  covers('storage.older-tools')
  const path = freshPath(t)
  const connection = await openDatabase(t, path)
  connection.execute("UPDATE tickets SET title = 'ÉVENING of MUSIC' WHERE id = 1")
  const ask = (sql: string) => spawnSync('sqlite3', [path, sql], { encoding: 'utf8' })
  for (const [sql, answer] of [
    ['PRAGMA integrity_check', 'ok\n'],
    ['SELECT count(*) FROM tickets', '3\n'],
    ['SELECT folded FROM ticket_titles WHERE ticket_id = 1', 'évening of music\n'],
    ["UPDATE tickets SET title = 'aÅ' WHERE id = 1; SELECT folded FROM ticket_titles WHERE ticket_id = 1", 'aå\n']
  ] as const) t.match(ask(sql), { stdout: answer, stderr: '' }, sql)
  t.match(ask('.dump').stdout, /COMMIT;\n$/)
  t.strictSame(auditTickets(connection), [])
})

t.test('schema — a missing database is not created where that is forbidden', async t => {
  covers('storage.created-is-said')
  const path = join(t.testdir({ 'empty.db': '' }), 'tickets.db')
  for (const name of [path, join(t.testdirName, 'empty.db')]) {
    await t.rejects(openTicketStore({ url: `sqlite:${name}`, clock, create: false }), { code: 'GW_CONFIG_INVALID', detail: /storage\.create is false/ })
  }
  t.notOk(existsSync(path))
  let created = 0
  const open = async (create: boolean) => (await openTicketStore({ url: `sqlite:${path}`, clock, create, onCreated: () => { created += 1 } })).close()
  await open(true)
  await open(false)
  t.equal(created, 1)
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
    connection.execute('INSERT INTO reservations (person_id, ticket_id, seats, amount, currency, status, reserved_at) ' +
      "VALUES (9, 1, 1, 1, 'JPY', 'active', '')")
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
