// Does the PostgreSQL adapter keep the contract on a real server, and what does it do when the server cannot?

import t, { type Test } from 'tap'
import { loadDriver } from '../../src/storage/postgres/connection.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { covers } from '../support/covers.ts'
import { startPostgresServer, whyNoPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'
import { ticketStoreContract } from './ticket-store.ts'
import { clock, openUnderTest } from './postgres-under-test.ts'

const AT = clock.now()
const inga = { issuer: 'https://as.example', subject: '1004' }
const kenji = { issuer: 'https://as.example', subject: '1005' }

/** The connections of the store. */
const OURS = "application_name = 'mcp-resource-gateway' AND datname = current_database()"
const unavailable = { code: 'GW_STORAGE_UNAVAILABLE', message: 'The storage is not available right now.' }

t.test('PostgreSQL', { skip: whyNoPostgres() }, async t => {
  const server = await startPostgresServer(t)
  t.test('contract', async t => { ticketStoreContract(t, async t => openUnderTest(t, server, await server.createDatabase())) })
  t.test('opening', t => opening(t, server))
  t.test('conflicts', t => conflicts(t, server))
})

t.test('driver — one that is not installed is asked for in one line', async t => {
  covers('storage.driver-missing-is-said')
  const missing = 'a-package-that-nobody-has-installed'
  const refusal = loadDriver(() => import(missing) as never)
  await t.rejects(refusal,
    { code: 'GW_CONFIG_INVALID', detail: /^storage\.url names PostgreSQL, and the package pg is not installed: npm install pg / })
})

async function opening (t: Test, server: PostgresServer): Promise<void> {
  t.test('a storage URL opens a database in either spelling; its tickets are added once', async t => {
    const url = await server.createDatabase()
    for (const address of [url, url.replace('postgres:', 'postgresql:')]) {
      const store = await openTicketStore({ url: address, clock, locale: 'en', maxConnections: 2 })
      t.strictSame((await store.listTickets(10)).map(ticket => ticket.title),
        ['Authlete study session', 'Node.js workshop', 'Introduction to security seminar'])
      await store.close()
    }
  })

  t.test('a newer database, one of another program or in another encoding is refused and not changed', async t => {
    covers('tickets.schema-of-a-newer-version-refused')
    const tables = (url: string) =>
      server.query(url, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname")
    const newer = await server.createDatabase()
    await (await openTicketStore({ url: newer, clock })).close()
    await server.query(newer, 'INSERT INTO ticket_store_schema (version) VALUES (999)')
    const foreign = await server.createDatabase()
    await server.query(foreign, 'CREATE TABLE people (name text)')
    await server.query(server.url('postgres'), "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    for (const [url, detail] of [[newer, /schema 999/], [foreign, /another program/], [server.url('latin'), /LATIN1/]] as const) {
      const before = await tables(url)
      await t.rejects(openTicketStore({ url, clock }), { code: 'GW_STORAGE_SCHEMA_INCOMPATIBLE', detail })
      t.strictSame(await tables(url), before)
    }
  })

  t.test('what cannot be opened is told without the password', async t => {
    const url = await server.createDatabase()
    await server.query(url, "CREATE ROLE clerk LOGIN PASSWORD 'hunter2'")
    const missingFile = `${url}?sslmode=verify-full&sslrootcert=/nowhere/hunter2.pem`
    for (const [address, wanted] of [
      [server.url('nothing'), { ...unavailable, detail: /no such database \(SQLSTATE 3D000\)/ }],
      [url.replace('postgres@', 'clerk:hunter22@'), { ...unavailable, detail: /password is refused/ }],
      [url.replace('postgres@', 'clerk:hunter2@'), { ...unavailable, detail: /lacks a privilege/ }],
      [server.url('nothing', 1), { ...unavailable, detail: /ECONNREFUSED/ }],
      [`${url}?sslmode=verify-full`, { ...unavailable, detail: /TLS/ }],
      [missingFile, { code: 'GW_CONFIG_INVALID', detail: /cannot be read/ }]
    ] as const) {
      const refusal = openTicketStore({ url: address, clock })
      await t.rejects(refusal, wanted)
      await refusal.catch((error: unknown) => t.notMatch(`${JSON.stringify(error)} ${String(error)}`, /hunter2/))
    }
  })

  t.test('four processes that start at once create the tables once', async t => {
    covers('storage.migrations-run-once')
    const url = await server.createDatabase()
    const processes = Array.from({ length: 4 }, () => startTicketProcess(t, 'open', url))
    t.strictSame(await Promise.all(processes.map(child => child.result())), Array.from({ length: 4 }, () => ({ tickets: 3 })))
    t.strictSame(await server.query(url, 'SELECT version FROM ticket_store_schema'), [{ version: 1 }, { version: 2 }])
  })

  t.test('a title that is changed is found by its new name only, and one that is removed by none', async t => {
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url)
    await server.query(url, "UPDATE tickets SET title = '認可の夕べ' WHERE id = 1")
    await server.query(url, 'DELETE FROM tickets WHERE id = 2')
    t.strictSame((await store.searchTickets({ title: '認可' })).map(ticket => ticket.id), [1])
    t.strictSame(await store.searchTickets({ title: '勉強' }), [])
    t.strictSame(await store.searchTickets({ title: 'node' }), [])
    t.strictSame(await audit(), [])
  })

  t.test('constraints hold even where the code is wrong', async t => {
    covers('tickets.seats-within-bounds')
    const url = await server.createDatabase()
    await openUnderTest(t, server, url)
    for (const set of [
      'available_seats = -1', 'available_seats = total_seats + 1', 'price = -1', 'price = 9007199254740991', "title = ''",
      "currency = 'yen'", "event_date = 'tomorrow'", "title = 'a' || chr(31) || 'b'"
    ]) await t.rejects(server.query(url, `UPDATE tickets SET ${set}`), { code: '23514' }, set)
  })

  t.test('a name too long for its index is refused, and nothing of it is kept', async t => {
    covers('tickets.text-never-cut')
    const { store, audit } = await openUnderTest(t, server, await server.createDatabase())
    // not compressible
    const long = Array.from({ length: 3_000 }, (_, index) => String.fromCodePoint(0x4e00 + (index * 7_919) % 20_000)).join('')
    const wish = { ticketId: 1, seats: 1, limits: 'unrestricted', at: AT } as const
    await t.rejects(store.reserve({ ...wish, person: { ...inga, subject: long } }), { code: 'GW_STORAGE_BIND_INVALID' })
    await t.rejects(store.reserve({ ...wish, person: inga, idempotencyKey: long }), { code: 'GW_STORAGE_BIND_INVALID' })
    t.strictSame([await store.reservationsOf(inga), (await store.findTicket(1))?.availableSeats], [[], 50])
    t.strictSame(await audit(), [])
  })
}

async function conflicts (t: Test, server: PostgresServer): Promise<void> {
  const wish = { person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT } as const

  t.test('a row that somebody else holds — that call gives up in time, others go on, and all is well afterwards', async t => {
    covers('tickets.storage-failure-changes-nothing')
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url, { statementTimeoutMs: 300 })
    const release = await server.hold(url, 'UPDATE tickets SET available_seats = 7 WHERE id = 1')
    await t.rejects(store.reserve(wish), { ...unavailable, detail: /a lock was held too long/ })
    t.match(await store.reserve({ ...wish, ticketId: 2 }), { ok: true, value: { availableSeats: 29 } })
    t.equal((await store.findTicket(1))?.availableSeats, 50, 'readers do not wait')
    await release()
    t.match(await store.reserve(wish), { ok: true, value: { availableSeats: 49 } })
    t.strictSame(await audit(), [])
  })

  t.test('a deadlock with statements of an operator — the transaction is tried again', async t => {
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url)
    t.ok((await store.reserve({ ...wish, person: kenji })).ok, 'so that there is a row of kenji')
    // the other way round than the store: the ticket first, then the person, whom the store has locked by then
    await server.query(url, "ALTER SYSTEM SET deadlock_timeout = '50ms'")
    await server.query(url, 'SELECT pg_reload_conf()')
    const held = await server.hold(url, 'UPDATE tickets SET description = description WHERE id = 1')
    const reserved = store.reserve({ ...wish, person: kenji })
    await server.waitFor(url, `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND ${OURS}`)
    await held("UPDATE people SET subject = subject WHERE subject = '1005'").catch((error: unknown) => t.match(error, { code: '40P01' }))
    t.match(await reserved, { ok: true, value: { availableSeats: 48 } })
    t.strictSame(await audit(), [])
  })

  t.test('more callers than connections — all are served, and one that waits too long is told so', async t => {
    const url = await server.createDatabase()
    const { store } = await openUnderTest(t, server, url, { maxConnections: 2 })
    t.equal((await Promise.all(Array.from({ length: 200 }, () => store.findTicket(1)))).filter(ticket => ticket?.id === 1).length, 200)
    const hasty = await openUnderTest(t, server, url, { maxConnections: 1, connectionTimeoutMs: 200, statementTimeoutMs: 5_000 })
    const release = await server.hold(url, 'UPDATE tickets SET available_seats = 7 WHERE id = 1')
    const first = hasty.store.reserve(wish)
    await server.waitFor(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    const detail = 'find a ticket: every connection of storage.maxConnections stayed in use'
    await t.rejects(hasty.store.findTicket(1), { ...unavailable, detail })
    await release()
    t.ok((await first).ok)
    t.equal((await hasty.store.findTicket(1))?.availableSeats, 49)
  })
}
