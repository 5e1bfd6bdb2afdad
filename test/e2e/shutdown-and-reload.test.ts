// Does the process end in good order, and does it take over a changed configuration, as operators tell it to: by signals?

import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openSqliteConnection } from '../../src/tickets/storage/sqlite/connection.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, startPeopleServer, type GatewayServer, type ToolAnswer } from '../support/gateway-server.ts'
import { auditTickets } from '../support/ticket-audit.ts'

const people = await startPeopleServer(t)
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

    const kept = new Map(openDatabase(t, path).prepare('SELECT idempotency_key, id FROM reservations').all().map(([key, id]) => [String(key), Number(id)]))
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
  const server = await startGatewayServer(t, people, { storage: { url: `sqlite:${path}` }, authorizationServer: { issuer: people.issuer, deadlineMs: 30_000, introspection: { endpoint: `${people.issuer}/introspect`, clientId: 'gateway', clientSecret: people.secret } }, limits: { shutdownDeadlineMs: 1_000 } })
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

/** Sends SIGHUP and waits for the n-th line that says what became of it. */
async function reload (server: GatewayServer, nth = 1): Promise<JsonObject> {
  server.program.signal('SIGHUP')
  return server.logs('configuration-reloaded', nth)
}

t.test('SIGHUP — secret, origins, times to live and log level change without losing a request', async t => {
  covers('reload.safe-members-change', 'reload.time-to-live-never-extended')
  const server = await startGatewayServer(t, people, { cache: { ttlSeconds: 300 } })
  const origin = 'https://new.example'
  const policy = async () => (await fetch(`${server.origin}/policy/mcp`)).text()
  const policyBefore = await policy()
  t.equal((await server.call('list_tickets', {})).status, 200)
  const asked = people.asked()
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.equal(people.asked(), asked, 'answered from the cache')
  t.equal((await server.call('list_tickets', {}, { headers: { origin } })).status, 403)

  // somebody calls all the time
  const calls = new AbortController()
  const statuses = new Map<number, number>()
  const calling = (async () => {
    while (!calls.signal.aborted) {
      const { status } = await server.call('list_tickets', {}, { token: 'person-2' })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })()
  server.write({ cors: { allowedOrigins: [origin] } })
  t.match(await reload(server), { applied: ['cache.ttlSeconds', 'cors.allowedOrigins'], needRestart: [] }, 'a member that is left out has its default')
  const allowed = await server.call('list_tickets', {}, { headers: { origin } })
  t.strictSame([allowed.status, allowed.headers.get('access-control-allow-origin')], [200, origin])
  t.equal(people.asked(), asked + 1, 'person 1 is still in the cache, and person 2 was asked about once')
  t.not(await policy(), policyBefore, 'the page says the new bound')
  calls.abort()
  await calling
  t.strictSame([...statuses.keys()], [200])

  server.write({ cache: { ttlSeconds: 0 } })
  t.match(await reload(server, 2), { applied: ['cache.ttlSeconds', 'cors.allowedOrigins'] })
  t.equal((await server.call('list_tickets', {}, { headers: { origin } })).status, 403)
  const before = people.asked()
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.equal(people.asked(), before + 1, 'what was kept for long is not used any more')
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.equal(people.asked(), before + 2)

  people.secret = 'a second secret'
  t.teardown(() => { people.secret = 'a first secret' })
  t.equal((await server.call('list_tickets', {})).status, 503, 'the old secret is refused')
  server.write({ cache: { ttlSeconds: 0 } })
  t.match(await reload(server, 3), { applied: ['authorizationServer.introspection.clientSecret'] })
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.notMatch(server.program.lines.join('\n'), /second(?: |%20|\+)secret/, 'no log shows it')

  server.write({ cache: { ttlSeconds: 0 }, log: { level: 'warn' } })
  t.match(await reload(server, 4), { applied: ['log.level'] })
  const decisions = server.logged('decision').length
  await server.call('list_tickets', {})
  server.write({ cache: { ttlSeconds: 0 }, log: { level: 'info' } })
  t.match(await reload(server, 5), { applied: ['log.level'] })
  t.equal(server.logged('decision').length, decisions)
  await server.call('list_tickets', {})
  await server.logs('decision', decisions + 1)
})

t.test('SIGHUP — limits of people and addresses are set, changed and lifted', async t => {
  covers('reload.safe-members-change')
  const server = await startGatewayServer(t, people)
  const statuses = async (...tokens: readonly string[]) => {
    const found: number[] = []
    for (const token of tokens) found.push((await server.call('list_tickets', {}, { token })).status)
    return found
  }
  t.strictSame(await statuses('person-1', 'person-1', 'person-1'), [200, 200, 200], 'none at first')
  server.write({ limits: { requestsPerMinutePerPerson: 2 } })
  t.match(await reload(server), { applied: ['limits.requestsPerMinutePerPerson'], needRestart: [] })
  t.strictSame(await statuses('person-1', 'person-1', 'person-1', 'person-2'), [200, 200, 429, 200])
  server.write({ limits: { requestsPerMinutePerPerson: 4 } })
  await reload(server, 2)
  t.strictSame(await statuses('person-1', 'person-1'), [200, 429], 'what was counted stays counted')
  server.write({ limits: { requestsPerMinutePerAddress: 1 } })
  t.match(await reload(server, 3), { applied: ['limits.requestsPerMinutePerPerson', 'limits.requestsPerMinutePerAddress'] })
  t.strictSame(await statuses('person-1', 'person-3'), [200, 429])
  server.write({})
  await reload(server, 4)
  t.strictSame(await statuses('person-1', 'person-1'), [200, 200])
})

t.test('SIGHUP — a file with mistakes changes nothing and says why', async t => {
  covers('reload.bad-file-changes-nothing')
  const server = await startGatewayServer(t, people, { cors: { allowedOrigins: ['https://a.example'] } })
  const stillServes = async () => (await server.call('list_tickets', {}, { headers: { origin: 'https://a.example' } })).status
  const refusals = async (nth: number): Promise<readonly unknown[]> => {
    server.program.signal('SIGHUP')
    await eventually('the last line about it', () => server.logged('reload-refused').filter(({ mistakes }) => mistakes !== undefined).length === nth)
    return server.logged('reload-refused').map(({ path, msg }) => path ?? msg)
  }
  server.write({ cors: { allowedOrigins: ['*'] }, cache: { ttlSeconds: 1_000 }, unknown: 1 })
  const told = await refusals(1)
  t.strictSame([...told].sort(), ['cache.ttlSeconds', 'configuration not reloaded: everything stays as it was', 'cors.allowedOrigins.0', 'unknown'])
  t.match(server.logged('reload-refused').find(({ path }) => path === 'cache.ttlSeconds'), { msg: /cache\.ttlSeconds \(.*\): expected a whole number from 0 to 300/ })
  t.equal(await stillServes(), 200)
  server.write('{ "cors": ')
  await refusals(2)
  t.equal(await stillServes(), 200)
  server.write({ limits: { shutdownNoticeMs: 60_000, shutdownDeadlineMs: 1_000 } })
  t.ok((await refusals(3)).includes('limits.shutdownNoticeMs'), 'rules between members count too')
  t.strictSame([await stillServes(), server.logged('configuration-reloaded')], [200, []])
})

t.test('SIGHUP — what needs a restart is named, has no effect, and does not keep the rest from changing', async t => {
  covers('reload.restart-needed-is-said')
  const server = await startGatewayServer(t, people, {})
  server.write({ storage: { url: 'sqlite:./elsewhere.db' }, resource: { identifier: 'http://localhost:3443/other' }, port: 1, policy: { scopeImplications: { a: ['b'] } }, cache: { ttlSeconds: 7 } })
  const needRestart = ['policy.scopeImplications', 'port', 'resource.identifier', 'storage.url']
  const reloaded = await reload(server)
  t.strictSame([reloaded['applied'], [...reloaded['needRestart'] as string[]].sort()], [['cache.ttlSeconds'], needRestart])
  t.strictSame(server.logged('restart-needed').map(({ path }) => path).sort(), needRestart)
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.equal(await server.status('/other'), 404)
})
