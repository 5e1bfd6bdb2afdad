// What happens around other servers, beside the cost of a call: a thousand callers at a cold server, a server that hangs, and many
// persons one after another. What is found is judged by its bar like every ratio.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BARS, CI_TOLERANCE, describeBar, isReached, MANY_PERSONS_AT_MOST_BYTES } from '../bars.ts'
import type { Bench } from '../bench-environment.ts'
import { gatewayArguments, type UpstreamOptions } from '../gateway-options.ts'
import { createLoad } from '../load.ts'
import { quantile } from '../statistics.ts'
import { startsIn } from '../servers/counted-starts.ts'
import { getTicket, getTicketFrom, getTicketInSeries } from '../works.ts'
import { callAtOnce } from './herd.ts'

export interface Finding {
  readonly kind: 'cold-http' | 'cold-stdio' | 'hanging' | 'heap' | 'open-sessions'
  readonly what: string
  readonly measured: string
  readonly bar: string
  readonly isReached: boolean
  /** Beyond what noise does: in CI the run fails. */
  readonly isDefect: boolean
}

export interface Extent {
  readonly turns: number
  readonly persons: number
  readonly callsOfEach: number
}

export const WHOLE: Extent = { turns: 20, persons: 10_000, callsOfEach: 10 }
export const BRIEF: Extent = { turns: 8, persons: 1500, callsOfEach: 10 }

const HERD_RUNS = 3
/** More sessions than this begin and end all the time. */
const MAX_SESSIONS = 500
/** As many as the upstream takes at a time, and no more: one more would get 503. */
const HANGING = 64
const BURST = 3000

export async function measureBehaviour (bench: Bench, extent: Extent): Promise<readonly Finding[]> {
  return [
    await measureColdCallers(bench, 'HTTP'),
    await measureColdCallers(bench, 'stdio'),
    await measureHanging(bench, extent.turns),
    ...await measureManyPersons(bench, extent)
  ]
}

async function withGateway<Found> (
  bench: Bench, upstreams: readonly UpstreamOptions[], measure: (server: Awaited<ReturnType<Bench['start']>>) => Promise<Found>
): Promise<Found> {
  const { authorizationServer } = bench
  const args = gatewayArguments({ authorizationServer, database: await bench.database(), upstreams })
  const server = await bench.start('servers/gateway', args, { nodeOptions: ['--expose-gc'] })
  try {
    return await measure(server)
  } finally {
    await bench.end(server)
  }
}

/** Each run in a new gateway: its tools were not compared with the lock yet, and no session or process is there. */
async function measureColdCallers (bench: Bench, transport: 'HTTP' | 'stdio'): Promise<Finding> {
  const counts: number[] = []
  // A directory for each measurement: a second one would find the starts that the first one counted.
  const directory = mkdtempSync(join(bench.directory, 'starts-'))
  for (let run = 0; run < HERD_RUNS; run += 1) {
    const starts = join(directory, String(run))
    const upstream: UpstreamOptions = transport === 'HTTP'
      ? { address: `${bench.upstream.origin}/mcp`, concurrent: 2000 }
      : { address: 'stdio', concurrent: 2000, starts }
    const before = bench.upstream.sessions().begun
    await withGateway(bench, [upstream], server => callAtOnce(server.process.origin, `bench-cold-callers-${run}-`.padEnd(43, '0')))
    counts.push(transport === 'HTTP' ? bench.upstream.sessions().begun - before : startsIn(starts))
  }
  const what = transport === 'HTTP' ? '`initialize` requests' : 'started processes'
  const isOne = counts.every(count => count === 1)
  return {
    kind: transport === 'HTTP' ? 'cold-http' : 'cold-stdio',
    what: `${what} for 1000 simultaneous calls of one client, cold, run by run`,
    measured: counts.join(', '),
    bar: '1',
    isReached: isOne,
    isDefect: !isOne
  }
}

/** In turns, and the slowest hundredth of all turns together: one turn has too few slow calls. */
async function measureHanging (bench: Bench, turns: number): Promise<Finding> {
  const { upstream } = bench
  const upstreams = [{ address: `${upstream.origin}/mcp` }, { address: `${upstream.origin}/hanging`, concurrent: HANGING }]
  return withGateway(bench, upstreams, async ({ load, process }) => {
    // Over separate connections: those of the load are free for the other calls.
    const waiting = createLoad(process.origin, { sleepless: false, connections: HANGING })
    const alone: number[] = []
    const meanwhile: number[] = []
    const measureAlone = async () => { alone.push(...await load.burst(getTicket(), BURST)) }
    await load.burst(getTicket(), BURST * 4)
    for (let turn = 0; turn < turns; turn += 1) {
      if (turn % 2 === 0) await measureAlone()
      const held = waiting.burst(getTicketFrom('measured1_get_ticket'), HANGING)
      while (upstream.hanging() < HANGING) await nextTurn()
      meanwhile.push(...await load.burst(getTicket(), BURST))
      upstream.goOn()
      await held
      if (turn % 2 === 1) await measureAlone()
    }
    await waiting.close()
    const [aloneMs, meanwhileMs] = [quantile(alone, 0.99), quantile(meanwhile, 0.99)]
    const ratio = meanwhileMs / aloneMs
    return {
      kind: 'hanging',
      what: `p99 of calls at one server while ${HANGING} calls hang at another`,
      measured: `${ratio.toFixed(2)} × (${aloneMs.toFixed(1)} ms, then ${meanwhileMs.toFixed(1)} ms)`,
      bar: describeBar(BARS.hangingUpstream),
      isReached: isReached(BARS.hangingUpstream, ratio),
      // Elapsed time of the slowest hundredth: what else the machine does moves it further than CPU time.
      isDefect: !isReached(BARS.hangingUpstream, ratio, CI_TOLERANCE * 2)
    }
  })
}

/** The first round fills the cache of grants, so what is added afterwards would be what the calls leave behind. */
async function measureManyPersons (bench: Bench, { persons, callsOfEach }: Extent): Promise<readonly Finding[]> {
  const { upstream } = bench
  const before = upstream.sessions()
  return withGateway(bench, [{ address: `${upstream.origin}/mcp`, maxSessions: MAX_SESSIONS }], async ({ load, process }) => {
    await load.burst(getTicketInSeries(persons, 1), persons)
    const filled = await process.usage('usage-after-collection')
    await load.burst(getTicketInSeries(persons, callsOfEach), persons * callsOfEach)
    const churned = await process.usage('usage-after-collection')
    const grownBytes = churned.heapBytes - filled.heapBytes
    const after = upstream.sessions()
    const [begun, ended] = [after.begun - before.begun, after.ended - before.ended]
    const open = begun - ended
    return [
      {
        kind: 'heap',
        what: `heap growth after ${(persons * callsOfEach).toLocaleString('en')} calls of ${persons.toLocaleString('en')} persons, ` +
          'each with a session',
        measured: megabytes(grownBytes),
        bar: `< ${megabytes(MANY_PERSONS_AT_MOST_BYTES)}`,
        isReached: grownBytes < MANY_PERSONS_AT_MOST_BYTES,
        isDefect: !(grownBytes < MANY_PERSONS_AT_MOST_BYTES * CI_TOLERANCE)
      },
      {
        kind: 'open-sessions',
        what: `sessions that were begun and neither ended nor in use, of ${begun.toLocaleString('en')}`,
        measured: String(Math.max(open - MAX_SESSIONS, 0)),
        bar: '0',
        isReached: open <= MAX_SESSIONS,
        isDefect: open > MAX_SESSIONS
      }
    ]
  })
}

function megabytes (bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
