// What do more workers bring? The built server with one worker, two, and so on as far as the machine has cores, in turns at the
// same work. The load comes from this process, on the same cores: what it takes of them is in the next column.

import { availableParallelism } from 'node:os'
import type { Bench } from '../bench-environment.ts'
import { createLoad, type Load, type Work } from '../load.ts'
import { startProduct, type ProductProcess } from '../product-process.ts'
import { median, quantile } from '../statistics.ts'
import { listTickets, reserveTicket } from '../works.ts'

export interface WorkersMeasurement {
  readonly work: string
  readonly workers: number
  readonly requestsPerSecond: number
  /** Of one worker, in the same turn; with quartiles. */
  readonly speedUp: number
  readonly speedUpLow: number
  readonly speedUpHigh: number
  /** For one request, all processes together. */
  readonly cpuMicroseconds: number
  readonly loadCpuMicroseconds: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
}

const COUNTS = [1, 2, 4, 8]
const WORKS: ReadonlyArray<{ readonly name: string, readonly work: Work, readonly requests: number }> = [
  { name: '`list_tickets`, cached token', work: listTickets, requests: 6_000 },
  { name: '`list_tickets`, cache miss', work: withNewTokens(listTickets), requests: 3_000 },
  { name: '`reserve_ticket` on SQLite', work: reserveTicket, requests: 1_000 }
]

/** Each asks the stub authorization server: the most that a read costs the gateway. */
function withNewTokens (work: Work): Work {
  return {
    ...work,
    request (number) {
      const { headers, body } = work.request(number)
      return { headers: { ...headers, authorization: `Bearer ${`bench-cold-${process.pid}-${number}-`.padEnd(43, '0')}` }, body }
    }
  }
}

interface Contestant {
  readonly workers: number
  readonly product: ProductProcess
  readonly load: Load
  readonly rates: number[]
  readonly cpu: number[]
  readonly loadCpu: number[]
  readonly took: number[]
}

export async function measureWorkers (bench: Bench, turns: number): Promise<readonly WorkersMeasurement[]> {
  const found: WorkersMeasurement[] = []
  for (const { name, work, requests } of WORKS) {
    const contestants: Contestant[] = []
    try {
      for (const workers of COUNTS.filter(count => count <= Math.max(2, availableParallelism()))) {
        const database = await bench.database()
        const product = await startProduct({ workers, database, path: database, authorizationServer: bench.authorizationServer })
        contestants.push({
          workers,
          product,
          load: createLoad(product.origin, { sleepless: false }),
          rates: [],
          cpu: [],
          loadCpu: [],
          took: []
        })
      }
      for (const { load } of contestants) await load.burst(work, requests)
      for (let turn = 0; turn < turns; turn += 1) {
        for (const place of contestants.keys()) {
          const contestant = contestants[(place + turn) % contestants.length]
          if (contestant !== undefined) await measure(contestant, work, requests)
        }
      }
    } finally {
      await Promise.all(contestants.map(async ({ load, product }) => {
        await load.close()
        await product.end()
      }))
    }
    found.push(...contestants.map(contestant => summary(name, contestant, contestants[0]?.rates ?? [])))
  }
  return found
}

async function measure ({ product, load, rates, cpu, loadCpu, took }: Contestant, work: Work, requests: number): Promise<void> {
  const [cpuBefore, ownBefore, startedMs] = [product.cpuMicroseconds(), process.cpuUsage(), performance.now()]
  const durations = await load.burst(work, requests)
  rates.push(requests / (performance.now() - startedMs) * 1000)
  const own = process.cpuUsage(ownBefore)
  loadCpu.push((own.user + own.system) / requests)
  cpu.push((product.cpuMicroseconds() - cpuBefore) / requests)
  for (const duration of durations) took.push(duration)
}

function summary (work: string, { workers, rates, cpu, loadCpu, took }: Contestant, ratesOfOne: readonly number[]): WorkersMeasurement {
  const speedUps = rates.map((rate, turn) => rate / (ratesOfOne[turn] ?? Number.NaN))
  return {
    work,
    workers,
    requestsPerSecond: median(rates),
    speedUp: median(speedUps),
    speedUpLow: quantile(speedUps, 0.25),
    speedUpHigh: quantile(speedUps, 0.75),
    cpuMicroseconds: median(cpu),
    loadCpuMicroseconds: median(loadCpu),
    latencyP50Ms: quantile(took, 0.5),
    latencyP99Ms: quantile(took, 0.99)
  }
}
