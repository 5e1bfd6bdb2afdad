// What remains of reservations in PostgreSQL when a gateway or the server dies in the middle, and how does a store that
// stays open come back? Several processes on one database, too.

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { openPostgresDatabase } from '../../src/tickets/storage/postgres/store.ts'
import type { ReserveReceipt } from '../../src/tickets/domain/reservation.ts'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'
import { covers } from '../support/covers.ts'
import { startPostgresServer, whyNoPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'
import { clock, openUnderTest } from './postgres-under-test.ts'

const AT = clock.now()
const inga = { issuer: 'https://as.example', subject: '1004' }
/** The connections of the store. */
const OURS = "application_name = 'mcp-resource-gateway' AND datname = current_database()"
const unavailable = { code: 'GW_STORAGE_UNAVAILABLE', message: 'The storage is not available right now.' }

t.test('PostgreSQL', { skip: whyNoPostgres() }, async t => {
  const server = await startPostgresServer(t)
  t.test('several processes', t => processes(t, server))
  t.test('outage', t => outage(t, server))
})

async function processes (t: Test, server: PostgresServer): Promise<void> {
  t.test('three processes with many connections — exact seats, exact totals, no errors', async t => {
    covers('tickets.seats-within-bounds', 'tickets.total-across-reservations', 'storage.replicas-share-one-database')
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url)
    await server.query(url, 'UPDATE tickets SET price = 1, total_seats = 500, available_seats = 500 WHERE id = 1')
    // one buyer in all: 300 wishes each for 500 seats, and a total that ends at 450
    const buyers = Array.from({ length: 3 }, () => startTicketProcess(t, 'buy-at-once', url, '300', '450'))
    await Promise.all(buyers.map(child => child.line('ready')))
    for (const child of buyers) child.go()
    const results = await Promise.all(buyers.map(child => child.result()))
    const sum = (member: string): number => results.reduce((total, result) => total + Number(result[member]), 0)
    t.strictSame([sum('reserved'), sum('refused'), sum('failed')], [450, 450, 0])
    t.equal((await store.findTicket(1))?.availableSeats, 50)
    t.strictSame(await audit(), [])
  })

  t.test('kill -9 of a gateway — every transaction is whole, no receipt is lost, and no lock stays behind', async t => {
    covers('tickets.crash-leaves-whole-transactions')
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url)
    await server.query(url, 'UPDATE tickets SET price = 10, total_seats = 20000, available_seats = 20000 WHERE id = 1')
    const seen = createReceipts()
    for (const lines of [1, 173, 702]) {
      const child = startTicketProcess(t, 'buy-until-killed', url, '1000', '1000000')
      child.killAfter(lines)
      const confirmed = await child.lines()
      t.ok(confirmed.length >= lines && confirmed.length < 1_250, `killed in the middle, after ${confirmed.length} receipts`)
      seen.add(confirmed)
      t.strictSame(await audit(), [], 'the books agree')
      await checkReceipts(t, server, url, seen)
      // the same person: a lock that stayed behind would make this wait
      t.ok((await store.reserve({ person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT })).ok, 'the next reservation works')
      seen.others++
    }
  })

  t.test('the server crashes in the middle of a thousand reservations — no receipt is lost', async t => {
    covers('tickets.crash-leaves-whole-transactions', 'storage.recovers-without-restart')
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url)
    await server.query(url, 'UPDATE tickets SET price = 10, total_seats = 20000, available_seats = 20000 WHERE id = 1')
    const seen = createReceipts()
    for (const how of ['crash', 'fast'] as const) {
      const child = startTicketProcess(t, 'buy-until-killed', url, '1000', '1000000')
      await child.lineCount(200)
      await server.stop(how)
      const confirmed = await child.lines()
      t.ok(confirmed.length >= 200 && confirmed.length < 1_250, `stopped in the middle, after ${confirmed.length} receipts`)
      await t.rejects(store.ping(), unavailable)
      await server.start()
      seen.add(confirmed)
      t.strictSame(await audit(), [], 'the books agree')
      await checkReceipts(t, server, url, seen)
      t.ok((await store.reserve({ person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT })).ok,
        'by a store that was open all the time')
      seen.others++
    }
  })
}

function receiptOf (result: Awaited<ReturnType<TicketStore['reserve']>>): ReserveReceipt {
  if (result.ok) return result.value
  throw new Error(result.error.kind)
}

interface Receipts {
  readonly reserved: Set<number>
  readonly cancelled: Set<number>
  /** Each killed process may have had one in flight that was done and not confirmed; and what the test itself reserved. */
  killed: number
  others: number
  readonly add: (lines: readonly string[]) => void
}

function createReceipts (): Receipts {
  const receipts: Receipts = {
    reserved: new Set(),
    cancelled: new Set(),
    killed: 0,
    others: 0,
    add: lines => {
      receipts.killed++
      for (const line of lines) {
        const receipt = JSON.parse(line) as { reserved?: number, cancelled?: number }
        if (receipt.reserved !== undefined) receipts.reserved.add(receipt.reserved)
        if (receipt.cancelled !== undefined) receipts.cancelled.add(receipt.cancelled)
      }
    }
  }
  return receipts
}

async function checkReceipts (
  t: Test, server: PostgresServer, url: string, { reserved, cancelled, killed, others }: Receipts
): Promise<void> {
  const statuses = new Map((await server.query(url, 'SELECT id, status FROM reservations')).map(row => [Number(row['id']), row['status']]))
  t.strictSame([...reserved].filter(id => !statuses.has(id)), [], 'every confirmed reservation is there')
  t.strictSame([...cancelled].filter(id => statuses.get(id) !== 'cancelled'), [], 'every confirmed cancellation is there')
  t.ok(statuses.size - reserved.size - others <= killed, 'and at most the one in flight of each beside them')
}

async function outage (t: Test, server: PostgresServer): Promise<void> {
  t.test('a database that goes away and comes back — unavailable, nothing half done, then as before', async t => {
    covers('storage.recovers-without-restart', 'tickets.storage-failure-changes-nothing')
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url)
    const limits = [{ elementIndex: 0, currency: 'JPY', maxAmount: 5_000, total: { maxTotalAmount: 50_000, budgetKey: 'k' } }]
    const wish = { person: inga, ticketId: 1, seats: 1, limits, at: AT } as const
    for (const how of ['fast', 'crash'] as const) {
      const before = receiptOf(await store.reserve({ ...wish, idempotencyKey: how }))
      await Promise.all(Array.from({ length: 20 }, () => store.findTicket(1)))
      await server.stop(how)
      const calls: (() => Promise<unknown>)[] = [
        () => store.ping(), () => store.listTickets(1), () => store.searchTickets({ title: 'a' }), () => store.findTicket(1),
        () => store.reservationsOf(inga), () => store.reserve({ ...wish, idempotencyKey: `${how} lost` }),
        () => store.cancel({ person: inga, reservationId: 1, at: AT })
      ]
      for (const call of calls) await t.rejects(call(), { ...unavailable, retryAfterSeconds: 5 })
      await server.start()
      await store.ping()
      const after = await store.reserve({ ...wish, idempotencyKey: how })
      t.strictSame(receiptOf(after), { ...before, repeated: true }, 'nothing was taken meanwhile')
      t.strictSame(await audit(), [])
    }
  })

  t.test('a connection that the server ends, idle or in a transaction, is replaced', async t => {
    covers('storage.recovers-without-restart')
    const url = await server.createDatabase()
    const { store, audit } = await openUnderTest(t, server, url, { maxConnections: 1 })
    const end = () => server.query(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`)
    const release = await server.hold(url, 'UPDATE tickets SET description = description WHERE id = 1')
    const told = t.rejects(store.reserve({ person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT }), { ...unavailable, detail: /the server is stopping \(SQLSTATE 57P01\)/ })
    await server.waitFor(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    await end()
    await told
    await release()
    t.equal((await store.findTicket(1))?.availableSeats, 50)
    await end()
    await server.waitFor(url, `SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE ${OURS})`)
    // the pool may not have heard of it yet: then one call says so, and the next one gets a new connection
    await store.ping().catch((error: unknown) => t.match(error, unavailable))
    t.ok((await store.reserve({ person: inga, ticketId: 1, seats: 1, limits: 'unrestricted', at: AT })).ok)
    t.strictSame(await audit(), [])
  })

  t.test('a server that accepts and never answers — given up on in time', async t => {
    const silent = createServer(socket => { sockets.add(socket) })
    const sockets = new Set<Socket>()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    t.teardown(() => { for (const socket of sockets) socket.destroy(); silent.close() })
    const { port } = silent.address() as AddressInfo
    const refusal = openPostgresDatabase({ url: server.url('postgres', port), clock, locale: 'ja', connectionTimeoutMs: 200 })
    await t.rejects(refusal, { ...unavailable, detail: /no answer in time/ })
  })
}
