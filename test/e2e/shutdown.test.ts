// The end of the process on SIGTERM and SIGINT: accepted requests are answered, new ones refused, and a deadline bounds both.

import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, type GatewayServer, type ToolAnswer } from '../support/gateway-server.ts'
import { people } from '../support/signalled-server.ts'
import { auditTickets } from '../support/ticket-audit.ts'

const wish = (key: string): JsonObject => ({ ticket_id: 1, seats: 1, idempotency_key: key })
const reservationOf = ({ result }: ToolAnswer) => (result?.['reservation'] as { id: number } | undefined)?.id

function openDatabase (t: Test, path: string) {
  const connection = openSqliteConnection({ path })
  t.teardown(() => { connection.close() })
  return connection
}

/** An endpoint call that the authorization server does not answer until `release`. */
async function callOnHold (server: GatewayServer, key: string): Promise<{ answer: Promise<ToolAnswer>, release: () => void }> {
  const { promise: held, resolve: release } = withResolvers()
  const { promise: asked, resolve: sayAsked } = withResolvers()
  people.hold = async () => { sayAsked(); await held }
  const answer = server.call('reserve_ticket', wish(key))
  await asked
  people.hold = undefined
  return { answer, release }
}

function withResolvers (): { promise: Promise<void>, resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(_resolve => { resolve = _resolve })
  return { promise, resolve }
}

t.test('SIGTERM — first /ready turns red, and nothing else changes for as long as a balancer needs', async t => {
  covers('shutdown.new-requests-refused')
  const server = await startGatewayServer(t, people, { limits: { shutdownNoticeMs: 60_000, shutdownDeadlineMs: 120_000 } })
  t.equal(await server.status('/ready'), 200)
  server.program.signal('SIGTERM')
  await eventually('/ready is red', async () => await server.status('/ready') === 503)
  t.strictSame([await server.status('/health'), (await server.call('list_tickets', {})).status], [200, 200])
  server.program.signal('SIGTERM')
  t.strictSame(await server.program.ended, { code: 1, signal: null }, 'a second signal ends at once')
})

t.test('SIGTERM — new requests get 503, and the accepted one is answered', async t => {
  covers('shutdown.accepted-requests-answered', 'shutdown.new-requests-refused')
  const path = join(t.testdir(), 'tickets.db')
  const server = await startGatewayServer(t, people, { storage: { url: `sqlite:${path}` }, authorizationServer: { deadlineMs: 30_000 } })
  const { answer, release } = await callOnHold(server, 'held')
  server.program.signal('SIGTERM')
  await eventually('new requests are refused', async () => await server.status('/docs/mcp') === 503)
  const refused = await server.call('list_tickets', {})
  t.match(refused, { body: { jsonrpc: '2.0', error: { code: 503, message: /ending/, data: { retryAfterSeconds: 1 } } } })
  t.strictSame([refused.headers.get('connection'), refused.headers.get('retry-after')], ['close', '1'])
  t.strictSame([await server.status('/ready'), await server.status('/health'), await server.status('/docs/mcp')], [503, 200, 503])
  release()
  const answered = await answer
  t.equal(answered.status, 200)
  t.strictSame(await server.program.ended, { code: 0, signal: null })
  t.match(server.logged('closed'), [{ msg: 'closed' }])
  t.strictSame(openDatabase(t, path).prepare('SELECT id FROM reservations').all(), [[reservationOf(answered)]])
})

for (const workers of [1, 2]) {
  t.test(`SIGTERM — under load no reservation is lost or made twice, with ${workers} worker(s)`, async t => {
    covers('shutdown.accepted-requests-answered', 'tickets.idempotency-key')
    const path = join(t.testdir(), 'tickets.db')
    const storage = { url: `sqlite:${path}` }
    const server = await startGatewayServer(t, people, { storage, workers })
    openDatabase(t, path).execute('UPDATE tickets SET price = 1, total_seats = 100000, available_seats = 100000 WHERE id = 1')

    const receipts = new Map<string, number>()
    const unanswered: string[] = []
    const strange: number[] = []
    let told = false
    await Promise.all(Array.from({ length: 16 }, async (_, caller) => {
      for (let turn = 0; ; turn++) {
        const key = `${caller}-${turn}`
        const answer = await server.call('reserve_ticket', wish(key), { token: `person-${caller}` }).catch(() => undefined)
        const id = answer === undefined ? undefined : reservationOf(answer)
        if (id !== undefined) receipts.set(key, id)
        else {
          unanswered.push(key)
          if (answer !== undefined && answer.status !== 503) strange.push(answer.status)
        }
        if (receipts.size > 100 && !told) {
          told = true
          server.program.signal('SIGTERM')
        }
        if (id === undefined) return
      }
    }))
    t.strictSame(await server.program.ended, { code: 0, signal: null })
    t.strictSame([strange, unanswered.length, new Set(receipts.values()).size], [[], 16, receipts.size])

    const kept = new Map(openDatabase(t, path).prepare('SELECT idempotency_key, id FROM reservations').all()
      .map(([key, id]) => [String(key), Number(id)]))
    t.strictSame([...receipts].filter(([key, id]) => kept.get(key) !== id), [], 'every receipt is there')
    t.strictSame([...kept.keys()].filter(key => !receipts.has(key)), [], 'and nothing that nobody was told of')

    const next = await startGatewayServer(t, people, { storage })
    for (const key of [...receipts.keys()].slice(-16).concat(unanswered)) {
      const again = await next.call('reserve_ticket', wish(key), { token: `person-${key.split('-')[0] ?? ''}` })
      t.equal(again.result?.['repeated'], receipts.has(key), key)
      if (receipts.has(key)) t.equal(reservationOf(again), receipts.get(key))
    }
    t.strictSame(auditTickets(openDatabase(t, path)), [])
  })
}

t.test('SIGTERM — what is still running at the deadline is dropped, and has changed nothing', async t => {
  covers('shutdown.bounded')
  const path = join(t.testdir(), 'tickets.db')
  const server = await startGatewayServer(t, people, { storage: { url: `sqlite:${path}` }, authorizationServer: { issuer: people.issuer, deadlineMs: 30_000, introspection: { endpoint: `${people.issuer}/introspect`, clientId: 'gateway', clientSecret: people.secret }, selfTest: 'off' }, limits: { shutdownDeadlineMs: 1_000 } })
  const { answer, release } = await callOnHold(server, 'never')
  t.teardown(release)
  const dropped = t.rejects(answer)
  server.program.signal('SIGTERM')
  t.strictSame(await server.program.ended, { code: 1, signal: null })
  await dropped
  t.match(server.logged('closing').at(-1), { msg: /still running at the shutdown deadline/ })
  t.strictSame(openDatabase(t, path).prepare('SELECT id FROM reservations').all(), [])
})

t.test('SIGINT twice — ends at once', async t => {
  covers('shutdown.bounded')
  const server = await startGatewayServer(t, people)
  const { answer, release } = await callOnHold(server, 'never')
  t.teardown(release)
  const dropped = t.rejects(answer)
  server.program.signal('SIGINT')
  await server.logs('closing')
  server.program.signal('SIGINT')
  t.strictSame(await server.program.ended, { code: 1, signal: null })
  await dropped
})
