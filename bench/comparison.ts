// How do servers compare at the same work? They take turns, many times over, and what counts is the ratio within one
// turn: both sides of it met the same machine.

import type { Server } from './bench-environment.ts'
import type { Work } from './load.ts'
import { median, quantile } from './statistics.ts'

export interface Contender {
  readonly name: string
  readonly server: Server
  /** Requests in one burst: few for what is slow. */
  readonly requests: number
  readonly work: Work
}

export interface Measurement {
  readonly name: string
  /** CPU time per request of the server process. */
  readonly cpuMicroseconds: number
  /** The median of the ratios within one turn, and the quartiles around it. */
  readonly ratio: number
  readonly ratioLow: number
  readonly ratioHigh: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
  readonly requestsPerSecond: number
}

interface Samples {
  readonly contender: Contender
  readonly cpu: number[]
  readonly took: number[]
  readonly rates: number[]
}

/** What of the CPU time is compared. */
export type Compared =
  /** All of it. */
  | 'whole'
  /** What each needs beyond the first contender, which does what all of them do besides. It is no row of the results. */
  | 'beyond-the-first'

/** The first contender, or the first of those that are rows, is what the others are compared with. */
export class Comparison {
  readonly name: string
  readonly #compared: Compared
  #samples: readonly Samples[] = []
  #turn = 0

  constructor (name: string, contenders: readonly Contender[] = [], compared: Compared = 'whole') {
    this.name = name
    this.#compared = compared
    this.goOnWith(contenders)
  }

  /** The same contenders in new processes. */
  goOnWith (contenders: readonly Contender[]): void {
    this.#samples = contenders.map((contender, place) => {
      const { cpu, took, rates } = this.#samples[place] ?? { cpu: [], took: [], rates: [] }
      return { contender, cpu, took, rates }
    })
  }

  /** Until the code is as warm as it gets; the answers are checked already. */
  async warmUp (factor: number): Promise<void> {
    for (const { contender: { server, work, requests } } of this.#samples) await server.load.burst(work, requests * factor)
  }

  /** One burst of each, every time in another order. */
  async takeTurn (): Promise<void> {
    const { length } = this.#samples
    for (let place = 0; place < length; place += 1) {
      const samples = this.#samples[(place + this.#turn) % length]
      if (samples !== undefined) await measure(samples)
    }
    this.#turn += 1
  }

  results (): Measurement[] {
    const [first] = this.#samples
    const [rows, shared] = this.#compared === 'whole' ? [this.#samples, []] : [this.#samples.slice(1), first?.cpu ?? []]
    const base = rows[0]?.cpu ?? []
    return rows.map(({ contender, cpu, took, rates }) => {
      const ratios = ratiosOf(cpu, base, shared)
      return {
        name: contender.name,
        cpuMicroseconds: median(cpu),
        ratio: median(ratios),
        ratioLow: quantile(ratios, 0.25),
        ratioHigh: quantile(ratios, 0.75),
        latencyP50Ms: quantile(took, 0.5),
        latencyP99Ms: quantile(took, 0.99),
        requestsPerSecond: median(rates)
      }
    })
  }
}

/**
 * One for each turn.
 * @param shared what is taken from both; empty for nothing. A base that needs no more than this is beyond every comparison: infinite
 */
export function ratiosOf (cpu: readonly number[], base: readonly number[], shared: readonly number[]): readonly number[] {
  return cpu.map((value, turn) => {
    const without = shared[turn] ?? 0
    return (value - without) / Math.max(0, (base[turn] ?? Number.NaN) - without)
  })
}

async function measure ({ contender, cpu, took, rates }: Samples): Promise<void> {
  const { server: { process, load }, work, requests } = contender
  const before = await process.usage()
  const startedMs = performance.now()
  const durations = await load.burst(work, requests)
  rates.push(requests / (performance.now() - startedMs) * 1000)
  const after = await process.usage()
  cpu.push((after.cpuMicroseconds - before.cpuMicroseconds) / requests)
  // One array of all turns: percentiles of percentiles say nothing.
  for (const duration of durations) took.push(duration)
}
