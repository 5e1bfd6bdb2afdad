// Does the gateway go on, and end when it is told to, while its log is on a full disk or has a reader that does not read?

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { callTool, configOf, startPeopleServer } from '../support/gateway-server.ts'
import { freePorts } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const people = await startPeopleServer(t)
/** More lines than a pipe takes. */
const CALLS = 1_500
const AT_ONCE = 50

interface Started { readonly child: ChildProcess, readonly origin: string, readonly ended: Promise<unknown[]> }

/** @param stdout of the gateway */
async function start (t: Test, workers: number, stdout: 'pipe' | number): Promise<Started> {
  const [port = 0] = await freePorts(1)
  const file = join(t.testdir(), 'gateway.json')
  const storage = { url: workers === 1 ? 'sqlite::memory:' : `sqlite:${join(t.testdirName, 'tickets.db')}` }
  writeFileSync(file, JSON.stringify(configOf(people, { port, workers, storage, limits: { shutdownDeadlineMs: 20_000 } })))
  const stdio: StdioOptions = ['ignore', stdout, 'ignore']
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [builtProgram('dist/server.js')], { env: { PATH, HOME, GATEWAY_CONFIG: file }, stdio })
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const origin = `http://127.0.0.1:${port}`
  await eventually('it serves', () => fetch(`${origin}/health`).then(({ ok }) => ok, () => false))
  return { child, origin, ended }
}

async function statusesOf (origin: string): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>()
  for (let done = 0; done < CALLS; done += AT_ONCE) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => callTool(origin, 'list_tickets', {})))
    for (const { status } of answers) statuses.add(status)
  }
  return statuses
}

function outputs (t: Test): ReadonlyArray<readonly [name: string, open: () => 'pipe' | number]> {
  const full = (): number => {
    const descriptor = openSync('/dev/full', 'w')
    t.teardown(() => { closeSync(descriptor) })
    return descriptor
  }
  return [['a reader that does not read', () => 'pipe'], ...existsSync('/dev/full') ? [['a full disk', full] as const] : []]
}

for (const workers of [1, 2]) {
  for (const [name, open] of outputs(t)) {
    t.test(`log — ${name} delays no request and no end, with ${workers} worker(s)`, async t => {
      covers('log.stands-still')
      const { child, origin, ended } = await start(t, workers, open())
      t.strictSame(await statusesOf(origin), new Set([200]))
      child.kill('SIGTERM')
      t.strictSame(await ended, [0, null])
    })
  }
}

t.test('log — a second SIGTERM ends the process while nobody reads the log', async t => {
  covers('log.stands-still')
  const { child, origin, ended } = await start(t, 1, 'pipe')
  await statusesOf(origin)
  let asked = () => {}
  const isAsked = new Promise<void>(resolve => { asked = resolve })
  people.hold = () => { asked(); return new Promise<void>(() => {}) }
  const dropped = t.rejects(callTool(origin, 'reserve_ticket', { ticket_id: 1, seats: 1 }))
  await isAsked
  people.hold = undefined
  child.kill('SIGTERM')
  await eventually('it is ending', async () => (await fetch(`${origin}/ready`)).status === 503)
  child.kill('SIGTERM')
  t.strictSame(await ended, [1, null])
  await dropped
})
