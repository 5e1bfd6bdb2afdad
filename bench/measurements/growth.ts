// How does the cost of a request grow with what there is? Each point is a gateway of its own beside the bare Fastify
// route; the points of one curve take turns.

import { contender, type Bench, type Server } from '../bench-environment.ts'
import { Comparison } from '../comparison.ts'
import type { DatabaseContent } from '../database.ts'
import { gatewayArguments } from '../gateway-options.ts'
import type { Work } from '../load.ts'
import { getTicket, getTicketWithEachOf, getTicketWithElements, getTicketWithOneOf, listTickets, reservationsOfMine, reserveTicket, searchTickets, toolsList } from '../works.ts'

export interface GrowthPoint {
  readonly size: number
  /** CPU time, times that of the bare Fastify route. */
  readonly ratio: number
}

export interface GrowthCurve {
  readonly name: string
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
const WARM_UP = 4
const BASE_REQUESTS = 500

interface Curve {
  readonly name: string
  readonly work: (size: number) => Work
  readonly requests: number
}

interface Subject {
  readonly id: string
  readonly title: string
  readonly of: string
  readonly sizes: readonly number[]
  readonly start: (bench: Bench, size: number) => Promise<Server>
  readonly curves: readonly Curve[]
}

const gateway = async (bench: Bench, options: { readonly content?: DatabaseContent, readonly moreTools?: number, readonly maxCachedGrants?: number } = {}) => {
  const { content, ...rest } = options
  return bench.start('servers/gateway', gatewayArguments({ authorizationServer: bench.authorizationServer, database: await bench.database(content), ...rest }))
}

/** `get_ticket` and the five ticket tools are always there. */
const USUAL_TOOLS = 6

const cached: Curve = { name: 'tools/call', work: () => getTicket(), requests: 500 }

function subjects (largest: number): readonly Subject[] {
  const upTo = (sizes: readonly number[]) => sizes.filter(size => size <= largest)
  return [
    {
      id: 'tools',
      title: 'Number of tools',
      of: 'tools',
      sizes: [10, 100, 1000],
      start: (bench, size) => gateway(bench, { moreTools: size - USUAL_TOOLS }),
      curves: [cached, { name: 'tools/list', work: () => toolsList(), requests: 100 }]
    },
    {
      id: 'authorization-details',
      title: 'Elements of authorization_details, of which the last one is enough',
      of: 'elements',
      sizes: [1, 10, 100],
      start: bench => gateway(bench),
      curves: [{ name: 'tools/call', work: getTicketWithElements, requests: 500 }]
    },
    {
      id: 'cached-grants',
      title: 'Cached grants, requests with any of them',
      of: 'grants',
      sizes: upTo([10, 100, 1000, 10_000, 100_000]),
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
      sizes: upTo([10, 1000, 100_000, 1_000_000]),
      start: (bench, size) => gateway(bench, { content: { tickets: size } }),
      curves: [
        { name: 'list_tickets, the first ten', work: () => listTheFirst, requests: 200 },
        { name: 'search_tickets, one of them', work: size => searchTickets(`ning ${size}`, 1), requests: 200 }
      ]
    },
    {
      id: 'reservations',
      title: 'Reservations of a thousand people',
      of: 'reservations',
      sizes: upTo([1000, 100_000, 1_000_000]),
      start: (bench, size) => gateway(bench, { content: { reservations: size } }),
      curves: [
        { name: 'get_user_reservations, of one without any', work: () => reservationsOfMine, requests: 200 },
        { name: 'reserve_ticket', work: () => reserveTicket, requests: 50 }
      ]
    }
  ]
}

/** Whatever the catalogue holds, the three of a first start come first. */
const listTheFirst: Work = { ...listTickets, check: ({ status, text }) => status === 200 && text.includes('"structuredContent":{"tickets":[{"id":1,') ? undefined : 'other tickets' }

/** @param largest sizes beyond it are left out: a catalogue of a million takes minutes to write */
export async function measureGrowth (bench: Bench, largest: number, tell: (line: string) => void): Promise<readonly GrowthPlot[]> {
  const bare = await bench.start('servers/bare-fastify')
  const plots: GrowthPlot[] = []
  for (const subject of subjects(largest)) {
    tell(`growth: ${subject.title}`)
    plots.push(await measureSubject(bench, bare, subject))
  }
  return plots
}

async function measureSubject (bench: Bench, bare: Server, { id, title, of, sizes, start, curves }: Subject): Promise<GrowthPlot> {
  const servers: Array<{ readonly size: number, readonly server: Server }> = []
  for (const size of sizes) servers.push({ size, server: await start(bench, size) })
  const measured: GrowthCurve[] = []
  for (const { name, work, requests } of curves) {
    const comparison = new Comparison(name, [
      contender('Fastify', bare, getTicket(), BASE_REQUESTS),
      ...servers.map(({ size, server }) => contender(String(size), server, work(size), requests))
    ])
    await comparison.warmUp(WARM_UP)
    for (let turn = 0; turn < TURNS; turn += 1) await comparison.takeTurn()
    measured.push({ name, points: comparison.results().slice(1).map(({ name: size, ratio }) => ({ size: Number(size), ratio })) })
  }
  for (const { server } of servers) await bench.end(server)
  return { id, title, of, curves: measured }
}
