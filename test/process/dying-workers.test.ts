// Workers that end between the moment in which the first process hands them a connection and the moment in which they say that they have
// taken it: an out-of-memory kill, or an exit. Node.js forgets such a connection, and its client would wait without end.

import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import type { Moment, Way } from '../support/dying-pool.ts'
import { isRunning, startProgram, type RunningProgram } from '../support/processes.ts'
import { programArguments } from '../support/program.ts'

const PATIENCE_MS = 10_000

interface Started {
  readonly program: RunningProgram
  readonly port: number
  /** Resolves with the process id of the worker that serves as the n-th, from 1. */
  readonly ready: (nth: number) => Promise<number>
}

async function startPool (t: Test, way: Way, moment: Moment, mortal: number): Promise<Started> {
  const program = startProgram(process.execPath, [...programArguments('test/support/dying-pool'), way, moment, String(mortal)])
  t.teardown(async () => {
    if (isRunning(program.pid)) program.signal('SIGKILL')
    for (const pid of pids().filter(isRunning)) process.kill(pid, 'SIGKILL')
    await program.ended
  })
  const pids = () => program.lines.filter(line => line.includes('"ready"')).map(line => (JSON.parse(line) as { pid: number }).pid)
  const { address } = JSON.parse(await program.line(/"all-ready"/)) as { address: string }
  const ready = async (nth: number) => {
    while (pids().length < nth) await program.nextLine()
    return pids()[nth - 1] ?? 0
  }
  return { program, port: Number(address), ready }
}

/** What a client sees that does not wait without end. */
function visit (port: number): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const settle = (seen: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(seen)
    }
    const timer = setTimeout(settle, PATIENCE_MS, 'waits')
    socket.setEncoding('utf8').on('data', (more: string) => { text += more })
    socket.on('error', () => {}).on('close', () => { settle(text === '' ? 'closed' : 'served') })
  })
}

const visits = (port: number, count: number) => Promise.all(Array.from({ length: count }, () => visit(port)))

for (const way of ['SIGKILL', 'exit'] as const) {
  for (const moment of ['on-its-way', 'arrived'] as const) {
    t.test(`${way}, the connection ${moment} — its client sees the end at once, the worker is replaced, and no other is concerned`, async t => {
      covers('workers.lost-connection-closed', 'workers.replaced-when-they-die')
      const { program, port, ready } = await startPool(t, way, moment, 1)
      t.strictSame([await visit(port), await visit(port)].sort(), ['closed', 'served'])
      await ready(3)
      t.strictSame(await visits(port, 6), Array(6).fill('served'))
      program.signal('SIGTERM')
      t.strictSame(await program.ended, { code: 0, signal: null })
      t.equal(program.stderr(), '')
    })
  }
}

for (const moment of ['on-its-way', 'arrived'] as const) {
  t.test(`workers stand still, one is killed, the connection ${moment} — only its own client is cut off, and who waits is served`, async t => {
    covers('workers.lost-connection-closed')
    const { program, port, ready } = await startPool(t, 'SIGSTOP', moment, 2)
    const handed = [visit(port), visit(port)]
    await Promise.all([1, 2].map(async worker => program.line(new RegExp(`^stands still ${await ready(worker)}$`))))
    const waiting = visits(port, 3)
    process.kill(await ready(1), 'SIGKILL')
    t.equal(await Promise.race(handed), 'closed')
    t.strictSame(await waiting, Array(3).fill('served'))
    process.kill(await ready(2), 'SIGCONT')
    t.strictSame((await Promise.all(handed)).sort(), ['closed', 'served'])
  })
}
