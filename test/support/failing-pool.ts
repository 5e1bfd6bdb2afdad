// A pool whose workers end with 3 as soon as they have begun. As a program: prints each event, and at last the result.

import cluster from 'node:cluster'
import { startWorkers } from '../../src/server/workers/pool.ts'

if (cluster.isWorker) process.exit(3)
const pool = startWorkers({
  program: new URL(import.meta.url),
  count: 2,
  handover: () => undefined,
  shutdownDeadlineMs: () => 0,
  output: stdout => { stdout.resume() },
  observe: event => { process.stdout.write(`${JSON.stringify(event)}\n`) }
})
process.stdout.write(`${JSON.stringify(await pool.ended)}\n`)
