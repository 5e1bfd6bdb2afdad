// How fast is the gateway beside others? Runs the comparison and prints its table.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine } from '../scripts/command-line.ts'
import { Comparison, type Contender } from './comparison.ts'
import { createLoad, type Work } from './load.ts'
import { startProcess, type MeasuredProcess } from './measured-process.ts'
import { getTicket, getTicketWithNewToken, listTickets, toolsList, withoutToken } from './works.ts'

const USAGE = `Usage: npm run bench [-- --turns N] [--only WORK]

Compares what a request costs with what Fastify alone costs: CPU time of the server
process per request, in turns, as the median of the ratios within each turn.

  --turns N    how many turns each server takes (default 20)
  --only WORK  one work alone, by a part of its name
  --help       prints this
`

const { turns = '20', only = '' } = readCommandLine(USAGE, { turns: { type: 'string' }, only: { type: 'string' } })

const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
const database = join(directory, 'tickets.db')
const processes: MeasuredProcess[] = []

async function start (program: string, args: readonly string[] = []): Promise<MeasuredProcess> {
  const server = await startProcess(`./servers/${program}.js`, { args })
  processes.push(server)
  return server
}

const authorizationServer = await start('stub-authorization-server')
const gateway = await start('gateway', [authorizationServer.origin, database])
const bare = await start('bare-fastify')
const inquiry = await start('fastify-inquiry', [authorizationServer.origin])
const sqlite = await start('fastify-sqlite', [database])

const contender = (name: string, server: MeasuredProcess, work: Work, requests = 1000): Contender => ({ name, server, load: createLoad(server.origin), requests, work })

const comparisons = [
  new Comparison('tools/call, cached token', [contender('Fastify', bare, getTicket()), contender('gateway', gateway, getTicket())]),
  new Comparison('tools/call, modern era', [contender('gateway, legacy', gateway, getTicket()), contender('gateway, modern', gateway, getTicket('modern'))]),
  new Comparison('tools/list', [contender('Fastify', bare, getTicket()), contender('gateway', gateway, toolsList())]),
  new Comparison('401 challenge', [contender('Fastify', bare, getTicket()), contender('gateway', gateway, withoutToken)]),
  new Comparison('list_tickets on SQLite', [contender('Fastify and the read', sqlite, listTickets), contender('gateway', gateway, listTickets)]),
  new Comparison('cache miss', [contender('Fastify and undici', inquiry, getTicketWithNewToken, 500), contender('gateway', gateway, getTicketWithNewToken, 500)])
].filter(({ name }) => name.includes(only))

try {
  for (const comparison of comparisons) await comparison.warmUp(5)
  for (let turn = 0; turn < Number(turns); turn += 1) for (const comparison of comparisons) await comparison.takeTurn()
  for (const comparison of comparisons) {
    console.log(comparison.name)
    for (const { name, cpuMicroseconds, ratio, ratioLow, ratioHigh, latencyP50Ms, latencyP99Ms } of comparison.results()) {
      console.log(`  ${name.padEnd(24)} ${cpuMicroseconds.toFixed(1).padStart(8)} µs  × ${ratio.toFixed(2)} (${ratioLow.toFixed(2)}–${ratioHigh.toFixed(2)})  p50 ${latencyP50Ms.toFixed(1)} ms  p99 ${latencyP99Ms.toFixed(1)} ms`)
    }
  }
} finally {
  for (const server of processes) await server.end()
  rmSync(directory, { recursive: true, force: true })
}
process.exit()
