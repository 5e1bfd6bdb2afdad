// A pool of two workers, the first of which ends, or stands still, at its first connection: the way and the moment are the arguments. Its
// replacement serves. As a program: prints each event, `stands still` with the process id of such a worker, and at last the result.

import cluster from 'node:cluster'
import { writeSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { joinPrimary } from '../../src/server/workers/link.ts'
import { startWorkers } from '../../src/server/workers/pool.ts'

/** What Node.js sends with a connection, and what the worker then finds in it. */
export type Moment = 'on-its-way' | 'arrived'
export type Way = 'SIGKILL' | 'exit' | 'SIGSTOP'

interface Given { readonly way: Way, readonly moment: Moment }

interface Internal { readonly cmd?: string, readonly act?: string }

/** Before Node.js itself looks at a message, and so before it says that the connection was taken. */
function endAtConnection ({ way, moment }: Given): void {
  const messages: NodeJS.EventEmitter = process
  messages.prependListener('internalMessage', ({ cmd, act }: Internal) => {
    if (moment === 'on-its-way' ? cmd !== 'NODE_HANDLE' : act !== 'newconn') return
    if (way === 'exit') process.exit(3)
    if (way === 'SIGSTOP') writeSync(1, `stands still ${process.pid}\n`)
    process.kill(process.pid, way)
  })
}

async function work (): Promise<void> {
  const { handover, ready, signals } = await joinPrimary()
  if (handover !== undefined) endAtConnection(handover as Given)
  const server = createServer(socket => { socket.end(`${process.pid}`) })
  signals.on('SIGTERM', () => { server.close(() => { process.exit(0) }) })
  server.listen(0, '127.0.0.1', () => { ready(String((server.address() as AddressInfo).port)) })
}

async function lead (): Promise<void> {
  const [way, moment, many] = process.argv.slice(2) as [Way, Moment, string]
  let mortal = Number(many)
  const pool = startWorkers({
    program: new URL(import.meta.url),
    count: 2,
    handover: () => mortal-- > 0 ? { way, moment } satisfies Given : undefined,
    shutdownDeadlineMs: () => 60_000,
    output: stdout => { stdout.pipe(process.stdout, { end: false }) },
    observe: event => { process.stdout.write(`${JSON.stringify(event)}\n`) }
  })
  process.on('SIGTERM', pool.end)
  process.stdout.write(`${JSON.stringify(await pool.ended)}\n`)
}

await (cluster.isWorker ? work() : lead())
