// How does the cost of a request grow with what there is? Each point is a separate gateway beside the bare Fastify
// route; the points of one curve take turns.

import { contender, type Bench, type Server } from '../bench-environment.ts'
import { Comparison } from '../comparison.ts'
import { CHEAP_PRICE, CHEAP_TICKETS } from '../database.ts'
import { gatewayArguments, type GatewayOptions } from '../gateway-options.ts'
import type { Work } from '../load.ts'
import {
  getTicket,
  getTicketWithEachOf,
  getTicketWithElements,
  getTicketWithOneOf,
  listTickets,
  reservationsOfMine,
  reserveTicket,
  searchTickets,
  toolsList
} from '../works.ts'

interface GrowthPoint {
  readonly size: number
  /** CPU time, times that of the bare Fastify route. */
  readonly ratio: number
}

export interface GrowthCurve {
  readonly name: string
  /** It has to grow: the answer does. */
  readonly steep: boolean
  readonly points: readonly GrowthPoint[]
}

export interface GrowthPlot {
  /** Of the file it is drawn in. */
  readonly id: string
  readonly title: string
  /** What is counted along the axis. */
  readonly of: string
  readonly curves: readonly GrowthCurve[]
}

const TURNS = 12
const FEW_TURNS = 6
const WARM_UP = 4
const BASE_REQUESTS = 500

interface Curve {
  readonly name: string
  readonly steep?: true
  readonly work: (size: number) => Work
  readonly requests: number
}

interface Subject {
  readonly id: string
  readonly title: string
  readonly of: string
  readonly sizes: readonly number[]
  /** Two that are ready soon and far enough apart: what looks at everything costs several times as much for the second. */
  readonly judged: readonly [number, number]
  readonly start: (bench: Bench, size: number) => Promise<Server>
  readonly curves: readonly Curve[]
}

const gateway = async (bench: Bench, options: Partial<GatewayOptions> = {}) => {
  const { database = await bench.database(), ...rest } = options
  return bench.start('servers/gateway', gatewayArguments({ authorizationServer: bench.authorizationServer, database, ...rest }))
}

/** `get_ticket` and the five ticket tools are always there. */
const USUAL_TOOLS = 6

const cached: Curve = { name: 'tools/call', work: () => getTicket(), requests: 500 }

const CATALOGUES = [10, 1000, 100_000, 1_000_000]
const SMALL_CATALOGUES = [1000, 20_000] as const

function subjects (largest: number): readonly Subject[] {
  // written once and never changed
  const catalogues = new Map<number, Promise<string>>()
  async function startCatalogue (bench: Bench, size: number): Promise<Server> {
    const database = catalogues.get(size) ?? bench.database({ tickets: size })
    catalogues.set(size, database)
    return gateway(bench, { database: await database })
  }
  const upTo = (sizes: readonly number[]) => sizes.filter(size => size <= largest)
  return [
    {
      id: 'tools',
      title: 'Number of tools',
      of: 'tools',
      sizes: [10, 100, 1000],
      judged: [10, 1000],
      start: (bench, size) => gateway(bench, { moreTools: size - USUAL_TOOLS }),
      curves: [cached, { name: 'tools/list', steep: true, work: () => toolsList(), requests: 100 }]
    },
    {
      id: 'authorization-details',
      title: 'Elements of authorization_details, of which the last one is enough',
      of: 'elements',
      sizes: [1, 10, 100],
      judged: [1, 100],
      start: bench => gateway(bench),
      curves: [{ name: 'tools/call', work: getTicketWithElements, requests: 500 }]
    },
    {
      id: 'cached-grants',
      title: 'Cached grants, requests with any of them',
      of: 'grants',
      sizes: upTo([10, 100, 1000, 10_000, 100_000]),
      judged: [100, 10_000],
      async start (bench, size) {
        const server = await gateway(bench, { maxCachedGrants: size })
        await server.load.burst(getTicketWithEachOf(size), size)
        return server
      },
      curves: [{ name: 'tools/call', work: getTicketWithOneOf, requests: 500 }]
    },
    {
      id: 'tickets',
      title: 'Tickets in the catalogue',
      of: 'tickets',
      sizes: upTo(CATALOGUES),
      judged: SMALL_CATALOGUES,
      start: startCatalogue,
      curves: [
        { name: 'list_tickets, the first ten', work: () => listTheFirst, requests: 200 },
        { name: 'search_tickets, a part of one title', work: size => searchTickets({ title: `ning ${size}` }, 1), requests: 200 },
        { name: 'search_tickets, a part of no title', work: () => searchTickets({ title: 'ning of' }, 0), requests: 200 },
        {
          name: 'search_tickets, a part of all, ten so cheap',
          work: () => searchTickets({ title: 'Evening', max_price: CHEAP_PRICE }, CHEAP_TICKETS),
          requests: 200
        }
      ]
    },
    {
      id: 'tickets-common',
      title: 'Tickets in the catalogue, of which all fit',
      of: 'tickets',
      sizes: upTo(CATALOGUES.slice(1)),
      judged: SMALL_CATALOGUES,
      start: startCatalogue,
      curves: [
        { name: 'search_tickets, a part of all titles', work: () => searchTickets({ title: 'Evening' }, 100), requests: 50 },
        {
          name: 'the same with a price and seats',
          work: () => searchTickets({ title: 'Evening', max_price: 9000, min_available_seats: 20 }, 100),
          requests: 50
        }
      ]
    },
    {
      id: 'reservations',
      title: 'Reservations of a thousand people',
      of: 'reservations',
      sizes: upTo([1000, 100_000, 1_000_000]),
      judged: [1000, 50_000],
      start: async (bench, size) => gateway(bench, { database: await bench.database({ reservations: size }) }),
      curves: [
        { name: 'get_user_reservations, of one without any', work: () => reservationsOfMine, requests: 200 },
        { name: 'reserve_ticket', work: () => reserveTicket, requests: 50 }
      ]
    }
  ]
}

/** Whatever the catalogue holds, the three of a first start come first. */
const listTheFirst: Work = {
  ...listTickets,
  check: ({ status, text }) => status === 200 && text.includes('"structuredContent":{"tickets":[{"id":1,') ? undefined : 'other tickets'
}

/** @param largest sizes beyond it are left out: a catalogue of a million takes a minute to write */
export function measureGrowth (bench: Bench, largest: number, tell: (line: string) => void): Promise<readonly GrowthPlot[]> {
  return measureSubjects(bench, subjects(largest), TURNS, tell)
}

export function growthLabel (request: string, of: string): string {
  return `${request} with more ${of}`
}

/** Two sizes of each. */
export function measureJudgedGrowth (bench: Bench, isWanted: (label: string) => boolean): Promise<readonly GrowthPlot[]> {
  const wanted = subjects(Infinity).map(subject => ({
    ...subject,
    sizes: subject.judged,
    curves: subject.curves.filter(({ name }) => isWanted(growthLabel(name, subject.of)))
  }))
  return measureSubjects(bench, wanted.filter(({ curves }) => curves.length > 0), FEW_TURNS, () => {})
}

async function measureSubjects (
  bench: Bench, measured: readonly Subject[], turns: number, tell: (line: string) => void
): Promise<readonly GrowthPlot[]> {
  const bare = await bench.start('servers/bare-fastify')
  const plots: GrowthPlot[] = []
  for (const subject of measured) {
    tell(`growth: ${subject.title}`)
    plots.push(await measureSubject(bench, bare, subject, turns))
  }
  await bench.end(bare)
  return plots
}

async function measureSubject (
  bench: Bench, bare: Server, { id, title, of, sizes, start, curves }: Subject, turns: number
): Promise<GrowthPlot> {
  const servers: Array<{ readonly size: number, readonly server: Server }> = []
  for (const size of sizes) servers.push({ size, server: await start(bench, size) })
  const measured: GrowthCurve[] = []
  for (const { name, steep = false, work, requests } of curves) {
    const comparison = new Comparison(name, [
      contender('Fastify', bare, getTicket(), BASE_REQUESTS),
      ...servers.map(({ size, server }) => contender(String(size), server, work(size), requests))
    ])
    await comparison.warmUp(WARM_UP)
    for (let turn = 0; turn < turns; turn += 1) await comparison.takeTurn()
    measured.push({ name, steep, points: comparison.results().slice(1).map(({ name: size, ratio }) => ({ size: Number(size), ratio })) })
  }
  for (const { server } of servers) await bench.end(server)
  return { id, title, of, curves: measured }
}
