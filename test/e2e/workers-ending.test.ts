// Workers that are told to end, reload, are killed or cannot start.

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { configOf } from '../support/gateway-server.ts'
import { descendantsOf, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { callAtOnce, pathFor, people, pidsOf, startWorkers, statusesOf, workersThat } from '../support/worker-processes.ts'

t.test('SIGTERM — every worker turns /ready red; a second signal ends them at once', async t => {
  covers('workers.end-in-order', 'shutdown.new-requests-refused')
  const server = await startWorkers(t, { limits: { shutdownNoticeMs: 60_000, shutdownDeadlineMs: 120_000 } })
  const pids = [...pidsOf(server).values()]
  server.program.signal('SIGTERM')
  await eventually('both were told', () => server.logged('closing').length === 2)
  for (let times = 0; times < 6; times++) t.strictSame([await server.status('/ready'), await server.status('/health')], [503, 200])
  t.strictSame(statusesOf(await callAtOnce(server, 6)), [200], 'and all is served until the notice is over')
  server.program.signal('SIGTERM')
  t.strictSame(await server.program.ended, { code: 1, signal: null })
  t.strictSame(pids.filter(isRunning), [])
})

t.test('SIGTERM — to all processes at once, as a supervisor or a terminal sends it, is one order', async t => {
  covers('workers.end-in-order', 'shutdown.accepted-requests-answered')
  const server = await startWorkers(t)
  let release = () => {}
  const held = new Promise<void>(resolve => { release = resolve })
  const before = people.asked()
  people.hold = () => held
  t.teardown(() => { people.hold = undefined })
  // A token for each, so that each is seen to have arrived: one that has not is refused.
  const answers = Promise.all(Array.from({ length: 8 }, (_, nth) =>
    server.call('list_tickets', {}, { token: `person-5${nth}`, headers: { connection: 'close' } })))
  await eventually('the requests are under way in both', () => people.asked() - before === 8)
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
    for (const pid of [...pidsOf(server).values(), server.program.pid]) process.kill(pid, signal)
  }
  await eventually('both were told', () => server.logged('closing').length === 2)
  release()
  t.strictSame(statusesOf(await answers), [200])
  t.strictSame(await server.program.ended, { code: 0, signal: null })
  t.strictSame(workersThat(server, 'closed'), [1, 2])
  t.strictSame([server.logged('closing').length, server.logged('worker-ended')], [2, []])
})

t.test('SIGTERM — a worker that dies while it ends is not replaced, and the process says that it failed', async t => {
  covers('workers.replaced-when-they-die', 'shutdown.bounded')
  const server = await startWorkers(t, { limits: { shutdownNoticeMs: 60_000, shutdownDeadlineMs: 120_000 } })
  server.program.signal('SIGTERM')
  await eventually('both were told', () => server.logged('closing').length === 2)
  for (const pid of pidsOf(server).values()) process.kill(pid, 'SIGKILL')
  t.strictSame(await server.program.ended, { code: 1, signal: null })
  t.strictSame([server.logged('worker-ready').length, server.logged('worker-ended')], [2, []])
})

t.test('a worker that stands still at the deadline is ended with the others', async t => {
  covers('shutdown.bounded')
  const server = await startWorkers(t, { limits: { shutdownDeadlineMs: 1_000 } })
  process.kill(pidsOf(server).get(1) ?? 0, 'SIGSTOP')
  server.program.signal('SIGTERM')
  t.strictSame(await server.program.ended, { code: 1, signal: null })
  t.strictSame(workersThat(server, 'closed'), [2])
  t.strictSame([...pidsOf(server).values()].filter(isRunning), [])
})

t.test('the first process is killed — no worker is left behind', async t => {
  covers('workers.end-in-order')
  const server = await startWorkers(t)
  const pids = [...pidsOf(server).values()]
  server.program.signal('SIGKILL')
  t.strictSame(await server.program.ended, { code: null, signal: 'SIGKILL' })
  await eventually('all are gone', () => !pids.some(isRunning))
  t.equal(server.program.stderr(), '')
})

t.test('SIGHUP — is read once, reaches every worker, and one that starts later too', async t => {
  covers('workers.reload-reaches-all', 'reload.bad-file-changes-nothing')
  const server = await startWorkers(t, { audit: { file: pathFor(t, 'audit.log') } })
  const { storage, audit } = server.logged('configuration')[0] as { storage: JsonObject, audit: JsonObject }
  const [origin, same] = ['https://new.example', { workers: 2, storage, audit }]
  const from = async () => statusesOf(await callAtOnce(server, 8, { headers: { origin } }))
  t.strictSame(await from(), [403])
  server.write({ ...same, cors: { allowedOrigins: [origin] }, policy: { scopeImplications: { a: ['b'] } } })
  server.program.signal('SIGHUP')
  await eventually('both have it', () => workersThat(server, 'configuration-reloaded').length === 2)
  for (const line of server.logged('configuration-reloaded')) {
    t.match(line, { applied: ['cors.allowedOrigins'], needRestart: ['policy.scopeImplications'] })
  }
  t.strictSame(await from(), [200])

  // a file that is being written: nobody reads it until they are told to
  server.write({ ...same, cors: { allowedOrigins: ['*'] }, resource: { identifier: 'http://localhost:1/other' } })
  process.kill(pidsOf(server).get(1) ?? 0, 'SIGKILL')
  await server.logs('worker-ready', 3)
  t.strictSame(await from(), [200])
  server.program.signal('SIGHUP')
  await eventually('it is refused', () => server.logged('reload-refused').some(({ mistakes }) => mistakes !== undefined))
  t.strictSame(await from(), [200])
  t.strictSame(server.logged('reload-refused').map(({ worker }) => worker), [undefined, undefined], 'the mistake and the sum, once')
  t.match(server.logged('configuration-reloaded').length, 2)
})

t.test('a worker that is killed is replaced, the second time after a pause, and what was sold stays sold', async t => {
  covers('workers.replaced-when-they-die')
  const server = await startWorkers(t)
  const wish = { ticket_id: 1, seats: 1, idempotency_key: 'before' }
  const before = await server.call('reserve_ticket', wish)
  for (const [turn, replacedInMs] of [0, 500].entries()) {
    const pid = pidsOf(server).get(2) ?? 0
    process.kill(pid, 'SIGKILL')
    t.match(await server.logs('worker-ended', turn + 1), { worker: 2, pid, code: null, signal: 'SIGKILL', replacedInMs })
    t.strictSame(statusesOf(await callAtOnce(server, 4)), [200], 'the other one serves meanwhile')
    t.match(await server.logs('worker-ready', turn + 3), { worker: 2 })
  }
  t.strictSame((await Promise.all([1, 2, 3, 4].map(() => server.call('reserve_ticket', wish)))).map(({ result }) => result),
    Array<unknown>(4).fill({ ...before.result, repeated: true }))
  server.program.signal('SIGINT')
  t.strictSame(await server.program.ended, { code: 0, signal: null })
})

/** What is printed and the status, when it cannot begin. */
async function failure (t: Test, changes: JsonObject): Promise<readonly [errors: string, code: number | null]> {
  const file = pathFor(t, 'gateway.json')
  writeFileSync(file, JSON.stringify(configOf(people, { storage: { url: `sqlite:${pathFor(t, 'tickets.db')}` }, ...changes })))
  const program = startProgram(process.execPath, [builtProgram('dist/server.js')], { GATEWAY_CONFIG: file, WORKERS: '3' })
  const { code } = await program.ended
  t.strictSame(descendantsOf(program.pid), [])
  return [program.stderr(), code]
}

t.test('what keeps the workers from starting is one line', async t => {
  covers('workers.failure-at-start-told-once', 'workers.nothing-unsound-starts')
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const failures: ReadonlyArray<readonly [changes: JsonObject, line: string | RegExp]> = [
    [{ port }, `port ${port} is in use: stop what listens there, or choose another with PORT`],
    [{ metrics: { enabled: true, host: '127.0.0.1', port } }, 'GW_CONFIG_INVALID: metrics.port: cannot listen there: EADDRINUSE'],
    [{ storage: { url: `sqlite:${process.execPath}` } }, /^GW_STORAGE_[^\n]*$/],
    [{ storage: { url: 'sqlite::memory:' } }, /^workers \(WORKERS\): expected 1: with storage\.url [^\n]*$/],
    [{ dpop: { mode: 'accepted' } }, /^workers \(WORKERS\): expected 1, or dpop\.proofMemoryUrl: with dpop\.mode [^\n]*$/]
  ]
  await Promise.all(failures.map(async ([changes, line]) => { t.match(await failure(t, changes), [line, 1]) }))
})
