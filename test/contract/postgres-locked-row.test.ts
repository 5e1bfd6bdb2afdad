// Does a row that somebody else keeps locked leave the rest of a PostgreSQL database to everybody else?

import t from 'tap'
import { createPostgresStore } from '../../src/tickets/storage/postgres/store.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { openPostgresDatabase } from '../../src/tickets/storage/postgres/store.ts'
import { clock } from './postgres-under-test.ts'

const WAITING = 30
const person = (nth: number) => ({ issuer: 'https://as.example', subject: `person-${nth}` })
const LOCKED = 'SELECT count(*) FROM pg_stat_activity ' +
  "WHERE wait_event_type = 'Lock' AND application_name = 'mcp-resource-gateway' AND datname = current_database()"

t.test('PostgreSQL — a locked ticket', { skip: whyNoPostgres() }, async t => {
  const server = await startPostgresServer(t)

  t.test('only a few connections wait for it; other tickets, reads and /ready go on', async t => {
    covers('storage.locked-row')
    const url = await server.createDatabase()
    const people = await startPeopleServer(t)
    const gateway = await startGatewayServer(t, people, { storage: { url } })
    const release = await server.hold(url, 'SELECT 1 FROM tickets WHERE id = 1 FOR UPDATE')
    const wishes = Array.from({ length: WAITING }, (_, nth) => gateway.call('reserve_ticket', { ticket_id: 1, seats: 1 }, { token: `person-${nth + 10}` }))
    await server.waitFor(url, `${LOCKED} HAVING count(*) > 1`)
    const meanwhile = await Promise.all([
      gateway.call('list_tickets', {}),
      gateway.call('reserve_ticket', { ticket_id: 3, seats: 1 }, { token: 'person-9' })
    ])
    t.strictSame([...meanwhile.map(({ status }) => status), await gateway.status('/ready')], [200, 200, 200])
    t.strictSame(await server.query(url, LOCKED), [{ count: '3' }], 'a third of ten connections')
    await release()
    const answers = await Promise.all(wishes)
    t.strictSame(answers.map(({ status }) => status).filter(status => status !== 200 && status !== 503), [])
    t.ok(answers.some(({ status }) => status === 200))
  })

  t.test('cancellations wait for their turn too, and one person takes one connection', async t => {
    covers('storage.locked-row')
    const url = await server.createDatabase()
    const connection = await openPostgresDatabase({ url, clock, locale: 'en', statementTimeoutMs: 60_000, connectionTimeoutMs: 60_000 })
    t.teardown(() => connection.close())
    const store = createPostgresStore(connection)
    const wish = { ticketId: 1, seats: 1, limits: 'unrestricted', at: clock.now() } as const
    const reserved = await Promise.all(Array.from({ length: WAITING }, (_, nth) => store.reserve({ ...wish, person: person(nth) })))
    const release = await server.hold(url, 'SELECT 1 FROM tickets WHERE id = 1 FOR UPDATE')
    const cancelled = reserved.map((receipt, nth) => store.cancel({
      reservationId: receipt.ok ? receipt.value.reservation.id : -1, person: person(nth), at: clock.now()
    }))
    const ofOne = Array.from({ length: WAITING }, () => store.reserve({ ...wish, person: person(0) }))
    await eventually('all wait', () => store.connections().inUse === 3 && store.connections().waiting === 2 * WAITING - 3)
    t.equal((await store.findTicket(1))?.availableSeats, 20)
    await store.ping()
    await release()
    t.strictSame((await Promise.all(cancelled)).filter(({ ok }) => !ok), [])
    await Promise.all(ofOne)
    t.match(store.connections(), { inUse: 0, waiting: 0 })
  })

  t.test('who waits too long for a turn is told why, and nothing is changed', async t => {
    covers('storage.locked-row')
    const url = await server.createDatabase()
    const limits = { maxConnections: 3, connectionTimeoutMs: 200, statementTimeoutMs: 60_000 }
    const connection = await openPostgresDatabase({ url, clock, locale: 'en', ...limits })
    t.teardown(() => connection.close())
    const store = createPostgresStore(connection)
    const wish = { ticketId: 1, seats: 1, limits: 'unrestricted', at: clock.now() } as const
    const release = await server.hold(url, 'SELECT 1 FROM tickets WHERE id = 1 FOR UPDATE')
    const first = store.reserve({ ...wish, person: person(1) })
    await t.rejects(store.reserve({ ...wish, person: person(2) }), { code: 'GW_STORAGE_UNAVAILABLE', detail: /^reserve seats: too many requests wait/ })
    await release()
    t.ok((await first).ok)
    t.match(await store.reserve({ ...wish, person: person(2) }), { ok: true, value: { availableSeats: 48 } })
  })
})
