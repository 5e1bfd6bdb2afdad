// Which comparisons have a bar? The gateway beside Fastify with nothing but the same work.

import { BARS, type Bar } from '../bars.ts'
import { contender, type Bench, type Server } from '../bench-environment.ts'
import { Comparison, type Compared, type Contender } from '../comparison.ts'
import { gatewayArguments } from '../gateway-options.ts'
import type { Work } from '../load.ts'
import { getTicket, getTicketWithNewToken, listTickets, reserveTicket, toolsList, withoutToken } from '../works.ts'

export interface OwnComparison {
  readonly name: string
  readonly bar: Bar | undefined
  /** Absent: the whole CPU time of two contenders. */
  readonly compared?: Compared
  /** `false`: a bar that no run reaches, for a known reason, is shown and is no defect. */
  readonly isJudged?: boolean
  /** Starts a process for each. */
  readonly contenders: () => Promise<readonly Contender[]>
}

export interface Measured {
  readonly comparison: Comparison
  readonly bar: Bar | undefined
  readonly isJudged: boolean
}

export interface Care {
  readonly turns: number
  /** Processes of the same program differ by up to a tenth, as V8 and the memory fell out: each side begins again so many times. */
  readonly beginnings: number
  /** So many bursts before the first turn: a bare route is as fast as it gets much later than it is quick. */
  readonly warmUp: number
}

export const SHORT: Care = { turns: 10, beginnings: 1, warmUp: 3 }
export const CAREFUL: Care = { turns: 20, beginnings: 4, warmUp: 8 }

/** Requests in one burst. */
const MANY = 3000
/** Each one waits for the disk. */
const FEW = 100

export function ownComparisons (bench: Bench): readonly OwnComparison[] {
  const { authorizationServer } = bench
  const bare = () => bench.start('servers/bare-fastify')
  const inquiry = () => bench.start('servers/fastify-inquiry', [authorizationServer])
  const read = async () => bench.start('servers/fastify-sqlite', [await bench.database()])
  const reservation = async () => bench.start('servers/fastify-reservation', [authorizationServer, await bench.database()])
  const watchable = async () => bench.start(
    'servers/gateway', gatewayArguments({ authorizationServer, database: await bench.database(), console: true })
  )
  const gateway = async () => bench.start('servers/gateway', gatewayArguments({ authorizationServer, database: await bench.database() }))

  type Side = readonly [name: string, start: () => Promise<Server>, work: Work]
  const beside = (name: string, bar: Bar | undefined, base: Side, own: Side, requests = MANY): OwnComparison => ({
    name,
    bar,
    contenders: async () => {
      const started = async ([side, start, work]: Side) => contender(side, await start(), work, requests)
      return [await started(base), await started(own)]
    }
  })
  const route: Side = ['Fastify, one JSON route', bare, getTicket()]
  return [
    beside('`tools/call`, cached token', BARS.cachedCall, route, ['gateway', gateway, getTicket()]),
    beside(
      '`tools/call`, both eras',
      BARS.eras,
      ['gateway, 2025-11-25', gateway, getTicket()],
      ['gateway, 2026-07-28', gateway, getTicket('modern')]
    ),
    beside(
      '`tools/call`, console on without a viewer',
      BARS.unwatchedConsole,
      ['gateway, console off', gateway, getTicket()],
      ['gateway, console on', watchable, getTicket()]
    ),
    beside('`tools/list`', BARS.toolsList, route, ['gateway', gateway, toolsList()]),
    beside('401 challenge', BARS.challenge, route, ['gateway', gateway, withoutToken]),
    beside(
      '`list_tickets` on SQLite', BARS.listTickets, ['Fastify and the prepared read', read, listTickets], ['gateway', gateway, listTickets]
    ),
    beside(
      '`tools/call`, cache miss',
      BARS.cacheMiss,
      ['Fastify and one undici request', inquiry, getTicketWithNewToken],
      ['gateway', gateway, getTicketWithNewToken]
    ),
    beside(
      '`reserve_ticket` on SQLite',
      undefined,
      ['Fastify, undici and the transaction', reservation, reserveTicket],
      ['gateway', gateway, reserveTicket],
      FEW
    )
  ]
}

/** Two processes at a time and nothing beside them: what has waited for long has to be fetched from memory again. */
export async function measureOwn (
  bench: Bench, { name, bar, compared, isJudged = true, contenders }: OwnComparison, { turns, beginnings, warmUp }: Care
): Promise<Measured> {
  const comparison = new Comparison(name, [], compared)
  for (let beginning = 0; beginning < beginnings; beginning += 1) {
    const sides = await contenders()
    comparison.goOnWith(sides)
    await comparison.warmUp(warmUp)
    for (let turn = beginning; turn < turns; turn += beginnings) await comparison.takeTurn()
    for (const { server } of sides) await bench.end(server)
  }
  return { comparison, bar, isJudged }
}
