// Several workers in front of another server: each has its own process of it, files are taken by all of them, and no call is lost.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, type GatewayServer } from '../support/gateway-server.ts'
import { descendantsOf, isRunning } from '../support/processes.ts'
import { addAndReview, decided, placeFor, type Place } from '../support/upstream-place.ts'
import { people, pidsOf, startWorkers, statusesOf, workersThat } from '../support/worker-processes.ts'

const CALLERS = 6
const RELOADS = 4
/** Each call over its own connection, so that all workers get some. */
const headers = { connection: 'close' }

const serverOf = (result: JsonObject | undefined): unknown => result?.['pid']

/** The processes of the small server. */
function upstreamsOf (server: GatewayServer): readonly number[] {
  const workers = new Set(pidsOf(server).values())
  return descendantsOf(server.program.pid).filter(pid => !workers.has(pid))
}

/** Another limit is another generation: the server is started again for it. */
function nextGeneration (place: Place, timeoutMs: number): void {
  const tool = { ...decided, limits: { timeoutMs } }
  place.decide({ echo: tool, wait: tool })
}

t.test('a server that keeps nothing — each worker has a process of it', async t => {
  covers('proxy.workers-share-the-files')
  const place = placeFor(t)
  await addAndReview(place)
  const server = await startWorkers(t, { upstreams: [place.file] })
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.call('small_echo', { text: 'x' }, { headers })))
  t.strictSame(statusesOf(answers), [200])
  await eventually('each call is in the log', () => server.logged('decision').length === 20)
  const pids = new Set(answers.map(({ result }) => serverOf(result)))
  t.equal(pids.size, workersThat(server, 'decision').length)
  t.strictSame([...pids].sort(), [...upstreamsOf(server)].sort())
  server.program.signal('SIGTERM')
  await server.program.ended
  await eventually('no process is left', () => [...pids].every(pid => !isRunning(Number(pid))))
})

t.test('a server that may remember — with several workers it is a mistake of the configuration', async t => {
  covers('proxy.workers-share-the-files')
  const place = placeFor(t)
  await addAndReview(place)
  place.change({ stateless: false })
  const mistake = /stateless \(.*small\.json\): expected "stateless": true, or 1 in workers: each worker would have its own sessions/
  await t.rejects(startWorkers(t, { upstreams: [place.file] }), { message: mistake })
  const alone = await startGatewayServer(t, people, { upstreams: [place.file] })
  t.equal((await alone.call('small_echo', {})).status, 200, 'one process may serve it')
})

t.test('new files under load — no call is lost, running ones end at the former server, which ends then (cases 66 and 67)', async t => {
  covers('proxy.workers-share-the-files', 'proxy.generations')
  const place = placeFor(t)
  await addAndReview(place)
  const server = await startWorkers(t, { upstreams: [place.file] })
  const running = Array.from({ length: 4 }, () => server.call('small_wait', {}, { headers }))
  await eventually('both workers have a running call', () => upstreamsOf(server).length > 0)

  const done = new AbortController()
  const seen = new Map<number, number>()
  const servers = new Set<unknown>()
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!done.signal.aborted) {
      const { status, result } = await server.call('small_echo', { text: 'x' }, { headers })
      seen.set(status, (seen.get(status) ?? 0) + 1)
      servers.add(serverOf(result))
    }
  })
  for (let reload = 1; reload <= RELOADS; reload += 1) {
    nextGeneration(place, 5000 + reload)
    const before = seen.get(200) ?? 0
    server.program.signal('SIGHUP')
    await server.logs('upstreams-reloaded', 2 * reload)
    await eventually('calls go on', () => (seen.get(200) ?? 0) > before + CALLERS)
  }
  done.abort()
  await Promise.all(callers)
  t.strictSame([...seen.keys()], [200])
  t.ok(servers.size > RELOADS, 'each generation has its own processes')

  writeFileSync(join(place.folder, 'go'), '')
  const finished = await Promise.all(running)
  t.strictSame(statusesOf(finished), [200])
  await eventually('only the processes of the last generation are left', () => upstreamsOf(server).length <= 2)
})
