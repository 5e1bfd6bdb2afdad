// Several workers behind one port behave as one gateway, on SQLite and on PostgreSQL: real processes.

import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { callTool, RESOURCE, type GatewayServer } from '../support/gateway-server.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { descendantsOf } from '../support/processes.ts'
import { createSigningKey, signJwt } from '../support/signing-keys.ts'
import { answersJson } from '../support/stub-authorization-server.ts'
import { auditPostgresTickets, auditTickets } from '../support/ticket-audit.ts'
import { callAtOnce, pathFor, people, pidsOf, startWorkers, statusesOf, workersThat } from '../support/worker-processes.ts'

t.test('one port — workers of different processes answer at it, and say which they are', async t => {
  covers('workers.share-one-port')
  const server = await startWorkers(t, { workers: 3 })
  t.strictSame(statusesOf(await callAtOnce(server, 12)), [200])
  await eventually('each worker has decided', () => workersThat(server, 'decision').length === 3)
  const pids = [...pidsOf(server).values()]
  t.strictSame([new Set(pids).size, pids.includes(server.program.pid)], [3, false])
  t.strictSame(descendantsOf(server.program.pid).sort(), pids.sort())
  t.strictSame(server.logged('configuration').length, 1, 'the configuration is told once')
  t.match(server.logged('listening'), [{ workers: 3, resource: RESOURCE }])
})

t.test('one port — connections are bounded in each worker, and one too many takes the place of one that waits', async t => {
  covers('workers.share-one-port')
  const server = await startWorkers(t, { limits: { maxConnections: 2, requestsPerMinutePerPerson: 0 } })
  const sockets: Socket[] = []
  t.teardown(() => { for (const socket of sockets) socket.destroy() })
  /** Stays open, unless the server closes it. */
  const ask = (): Promise<string> => {
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {}).resume().write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return new Promise(resolve => {
      socket.once('data', data => { resolve(String(data).slice(0, 12)) })
      socket.once('close', () => { resolve('closed') })
    })
  }
  // One is answered before the next is opened: connections that wait together may all go to the worker that is ready first.
  const answers: string[] = []
  for (let index = 0; index < 6; index++) answers.push(await ask())
  t.strictSame(answers, Array.from({ length: 6 }, () => 'HTTP/1.1 200'))
  await eventually('two are closed', () => sockets.filter(({ destroyed }) => destroyed).length === 2)
})

t.test('one cold token — each worker asks at most once', async t => {
  covers('workers.one-introspection-each')
  const server = await startWorkers(t)
  const before = people.asked()
  let release = () => {}
  const held = new Promise<void>(resolve => { release = resolve })
  people.hold = () => held
  t.teardown(() => { people.hold = undefined })
  const calls = callAtOnce(server, 200, { token: 'person-77' })
  await eventually('somebody has asked', () => people.asked() > before)
  release()
  t.strictSame(statusesOf(await calls), [200])
  await eventually('all have decided', () => server.logged('decision').length === 200)
  t.equal(people.asked() - before, workersThat(server, 'decision').length)
  t.strictSame(statusesOf(await callAtOnce(server, 20, { token: 'person-77' })), [200])
  t.ok(people.asked() - before <= 2)
})

/** Five people with 12,000 yen each want 60 seats of 40; every third reservation is given back at once. */
async function buyTogether (t: Test, server: GatewayServer): Promise<void> {
  people.details = [
    { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 2_000, maxTotalAmount: 12_000, budgetId: 'b', currency: 'JPY' }
  ]
  t.teardown(() => { people.details = undefined })
  const each = collected(t)
  const outcomes = await Promise.all(Array.from({ length: 60 }, async (_, index) => {
    const token = `person-${index % 5}`
    const wish: JsonObject = { ticket_id: 1, seats: 1 + index % 2, idempotency_key: `wish-${index}` }
    const [first, again] = await Promise.all([callTool(server.origin, 'reserve_ticket', wish, { token }),
      callTool(server.origin, 'reserve_ticket', wish, { token })])
    each.ok([first.status, again.status].every(status => status === 200 || status === 403), `${first.status} ${again.status}`)
    const made = [first, again].flatMap(({ result }) => result === undefined ? [] : [(result['reservation'] as { id: number }).id])
    each.ok(new Set(made).size <= 1, 'two tries of one wish are one reservation')
    const [id] = made
    if (id !== undefined && index % 3 === 0) {
      each.equal((await callTool(server.origin, 'cancel_reservation', { reservation_id: id }, { token })).status, 200)
    }
    return id === undefined ? 'refused' : 'reserved'
  }))
  each.end()
  t.ok(outcomes.includes('refused') && outcomes.includes('reserved'))
  await eventually('each worker did its share', () => workersThat(server, 'decision').length === 2)
}

t.test('SQLite — two workers that start at once sell no seat twice and pass no total', async t => {
  covers('storage.migrations-run-once', 'tickets.seats-within-bounds', 'tickets.total-across-reservations', 'tickets.idempotency-key')
  const path = pathFor(t, 'tickets.db')
  const server = await startWorkers(t, { storage: { url: `sqlite:${path}` } })
  const database = openSqliteConnection({ path })
  t.teardown(() => { database.close() })
  t.strictSame(database.prepare('SELECT count(*) FROM tickets').all(), [[3]])
  database.execute('UPDATE tickets SET price = 1000, total_seats = 40, available_seats = 40 WHERE id = 1')
  await buyTogether(t, server)
  t.strictSame(auditTickets(database), [])
  t.strictSame(database.prepare('SELECT id FROM budgets WHERE spent > 12000').all(), [])
  t.strictSame(database.prepare('SELECT id FROM tickets WHERE available_seats < 0').all(), [])
})

t.test('PostgreSQL — two workers that start at once sell no seat twice and pass no total', { skip: whyNoPostgres() }, async t => {
  covers('storage.migrations-run-once', 'storage.replicas-share-one-database', 'tickets.total-across-reservations')
  const postgres = await startPostgresServer(t)
  const url = await postgres.createDatabase()
  const server = await startWorkers(t, { storage: { url, maxConnections: 5 } })
  t.strictSame(await postgres.query(url, 'SELECT count(*)::int AS tickets FROM tickets'), [{ tickets: 3 }])
  await postgres.query(url, 'UPDATE tickets SET price = 1000, total_seats = 40, available_seats = 40 WHERE id = 1')
  await buyTogether(t, server)
  t.strictSame(await auditPostgresTickets(postgres, url), [])
  t.strictSame(await postgres.query(url, 'SELECT id FROM budgets WHERE spent > 12000'), [])
  t.strictSame(await postgres.query(url, 'SELECT id FROM tickets WHERE available_seats < 0'), [])
  server.program.signal('SIGTERM')
  t.strictSame(await server.program.ended, { code: 0, signal: null })
})

t.test('references — without a secret in the configuration all workers give the same', async t => {
  covers('policy.reference-stable')
  const key = createSigningKey('one')
  people.on('/jwks', answersJson({ keys: [key.jwk] }))
  const seconds = Math.floor(Date.now() / 1000)
  const token = signJwt(key, {
    iss: people.issuer,
    sub: '1',
    aud: RESOURCE,
    client_id: 'client-1',
    iat: seconds,
    exp: seconds + 600,
    jti: 'a',
    scope: 'mcp:tickets:read mcp:tickets:write',
    authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 1, currency: 'JPY' }]
  })
  // not those of the other tests, which have a secret: this one replaces the whole section
  const server = await startWorkers(t, { authorizationServer: { introspection: null, jwt: { algorithms: ['ES256'], jwksUri: `${people.issuer}/jwks` } }, policy: { remediation: 'draft' } })
  const refusals = await Promise.all(Array.from({ length: 12 }, () =>
    server.call('reserve_ticket', { ticket_id: 1, seats: 1 }, { token, headers: { connection: 'close' } })))
  t.strictSame(statusesOf(refusals), [403])
  const references = refusals.map(({ headers }) => {
    const [, remediation = ''] = /authorization_remediation="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? []
    return (JSON.parse(Buffer.from(remediation, 'base64url').toString()) as { authorization_reference?: string }).authorization_reference
  })
  t.strictSame([new Set(references).size, typeof references[0]], [1, 'string'])
  await eventually('each worker has refused', () => workersThat(server, 'decision').length === 2)
})
