// Do several gateways with one database behave as one? Real servers, a real PostgreSQL, a balancer that sends each request
// to the next replica; and one SQLite file that another process holds on to.

import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { callTool, startGatewayServer, startPeopleServer, type GatewayServer } from '../support/gateway-server.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { auditPostgresTickets } from '../support/ticket-audit.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'

const people = await startPeopleServer(t)

/** Sends each request to the next replica, whoever it comes from; no replica answers two in a row. */
async function startBalancer (t: Test, replicas: readonly GatewayServer[]): Promise<string> {
  let turn = 0
  const balancer = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(replicas[turn++ % replicas.length]?.origin ?? '')
    const passed = forward({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, reply => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(outgoing)
    })
    passed.on('error', () => { outgoing.writeHead(502).end('{}') })
    incoming.pipe(passed)
  })
  balancer.listen(0, '127.0.0.1')
  await once(balancer, 'listening')
  t.teardown(() => {
    balancer.closeAllConnections()
    return new Promise(resolve => balancer.close(resolve))
  })
  return `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`
}

t.test('PostgreSQL', { skip: whyNoPostgres() }, async t => {
  const server = await startPostgresServer(t)
  const replicasOn = (t: Test, url: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => startGatewayServer(t, people, { storage: { url, maxConnections: 5 } })))

  t.test('three replicas that start at once behind a balancer — no oversold seat, no exceeded total, no sticky sessions', async t => {
    covers(
      'storage.replicas-share-one-database', 'storage.migrations-run-once', 'tickets.seats-within-bounds',
      'tickets.total-across-reservations', 'tickets.idempotency-key'
    )
    const url = await server.createDatabase()
    const replicas = await replicasOn(t, url, 3)
    t.strictSame(await server.query(url, 'SELECT count(*)::int AS tickets FROM tickets'), [{ tickets: 3 }])
    await server.query(url, 'UPDATE tickets SET price = 1000, total_seats = 40, available_seats = 40 WHERE id = 1')
    people.details = [
      { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 2_000, maxTotalAmount: 12_000, budgetId: 'b', currency: 'JPY' }
    ]
    t.teardown(() => { people.details = undefined })
    const balancer = await startBalancer(t, replicas)

    // five people with 12,000 yen each want 60 seats of 40; every third reservation is given back at once
    const outcomes = await Promise.all(Array.from({ length: 60 }, async (_, index) => {
      const token = `person-${index % 5}`
      const wish: JsonObject = { ticket_id: 1, seats: 1 + index % 2, idempotency_key: `wish-${index}` }
      const [first, again] = await Promise.all(
        [callTool(balancer, 'reserve_ticket', wish, { token }), callTool(balancer, 'reserve_ticket', wish, { token })]
      )
      const made = [first, again].flatMap(({ result }) => result === undefined ? [] : [result['reservation'] as { id: number }])
      t.ok([first.status, again.status].every(status => status === 200 || status === 403), `${first.status} ${again.status}`)
      t.ok(new Set(made.map(({ id }) => id)).size <= 1, 'two tries of one wish are one reservation')
      const [reservation] = made
      if (reservation !== undefined && index % 3 === 0) {
        t.equal((await callTool(balancer, 'cancel_reservation', { reservation_id: reservation.id }, { token })).status, 200)
      }
      return reservation === undefined ? 'refused' : 'reserved'
    }))
    t.ok(outcomes.includes('refused') && outcomes.includes('reserved'))
    t.strictSame(await auditPostgresTickets(server, url), [])
    const spent = await server.query(url, 'SELECT max(spent)::int AS most, count(*)::int AS budgets FROM budgets')
    t.strictSame([spent[0]?.['budgets'], Number(spent[0]?.['most']) <= 12_000], [5, true])
    t.strictSame(await server.query(url, 'SELECT id FROM tickets WHERE available_seats < 0'), [])
    for (const replica of replicas) t.ok(replica.logged('decision').length > 20, 'each replica did its share')
    const mine = await callTool(balancer, 'get_user_reservations', {}, { token: 'person-0' })
    t.strictSame(
      (await callTool(balancer, 'get_user_reservations', {}, { token: 'person-0' })).result, mine.result, 'each replica says the same'
    )
  })

  t.test('a database that goes away — 503 and /ready red on every replica, and all as before when it is back', async t => {
    covers('storage.recovers-without-restart')
    const url = await server.createDatabase()
    // nobody asks for it, and it must not be seen all the same
    const replicas = await replicasOn(t, url.replace('postgres@', 'postgres:a-secret@'), 2)
    const wish = { ticket_id: 1, seats: 1, idempotency_key: 'before' }
    const before = await replicas[0]?.call('reserve_ticket', wish)
    t.equal(before?.status, 200)
    await server.stop('fast')
    for (const replica of replicas) {
      const refused = await replica.call('reserve_ticket', { ...wish, idempotency_key: 'during' })
      t.match(refused, { status: 503, body: { error: { code: 503, data: { code: 'GW_STORAGE_UNAVAILABLE', retryAfterSeconds: 5 } } } })
      t.equal(refused.headers.get('retry-after'), '5')
      t.strictSame([await replica.status('/ready'), await replica.status('/health')], [503, 200])
    }
    await server.start()
    for (const replica of replicas) await eventually('/ready is green', async () => await replica.status('/ready') === 200)
    const again = await replicas[1]?.call('reserve_ticket', wish)
    t.strictSame(again?.result, { ...before?.result, repeated: true }, 'by the other replica')
    t.match(await replicas[1]?.call(
      'reserve_ticket', { ...wish, idempotency_key: 'during' }
    ), { result: { repeated: false, available_seats: 48 } })
    t.strictSame(await auditPostgresTickets(server, url), [])
    t.notMatch(replicas.map(({ program }) => program.lines.join()).join(), /a-secret/, 'no log shows the password')
  })
})

t.test('SQLite — while another process holds the lock, health, readiness and reads answer and writes wait', async t => {
  covers('storage.held-lock-stalls-nobody')
  const path = join(t.testdir(), 'tickets.db')
  const server = await startGatewayServer(t, people, { storage: { url: `sqlite:${path}` } })
  const holder = startTicketProcess(t, 'hold', path)
  await holder.line('locked')
  const wish = { ticket_id: 1, seats: 1, idempotency_key: 'patient' }
  let settled = false
  const waiting = server.call('reserve_ticket', wish).then(answer => { settled = true; return answer })
  await eventually('the reservation waits', () => people.asked() > 0)
  const statuses = []
  for (let times = 0; times < 5; times++) {
    statuses.push(
      await server.status('/health'), await server.status('/ready'), (await server.call('list_tickets', {})).status
    )
  }
  t.strictSame(new Set(statuses), new Set([200]))
  if (!settled) holder.go()
  // on a machine so slow that five seconds were over, the answer is the honest one
  const { status } = await waiting
  t.ok(status === 200 || status === 503, String(status))
  if (settled && status === 503) holder.go()
  await holder.result()
  t.match(await server.call('reserve_ticket', wish), { status: 200, result: { repeated: status === 200 } })
})
