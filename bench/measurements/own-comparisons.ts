// Which comparisons have a bar? The gateway beside Fastify with nothing but the same work.

import { BARS, type Bar } from '../bars.ts'
import { contender, type Bench } from '../bench-environment.ts'
import { Comparison } from '../comparison.ts'
import { gatewayArguments } from '../gateway-options.ts'
import { getTicket, getTicketWithNewToken, listTickets, reserveTicket, toolsList, withoutToken } from '../works.ts'

export interface BarredComparison {
  readonly comparison: Comparison
  readonly bar: Bar | undefined
}

/** Requests in one burst. */
const MANY = 3000
/** Each one waits for the disk. */
const FEW = 100

export async function ownComparisons (bench: Bench): Promise<readonly BarredComparison[]> {
  const { authorizationServer } = bench
  const database = await bench.database()
  // One for each work, as each of the others does one work alone.
  const gateway = () => bench.start('servers/gateway', gatewayArguments({ authorizationServer, database }))
  const bare = await bench.start('servers/bare-fastify')
  const inquiry = await bench.start('servers/fastify-inquiry', [authorizationServer])
  const read = await bench.start('servers/fastify-sqlite', [database])
  const reservation = await bench.start('servers/fastify-reservation', [authorizationServer, await bench.database()])

  const beside = (name: string, bar: Bar | undefined, [base, own]: ReturnType<typeof contender>[]): BarredComparison =>
    ({ comparison: new Comparison(name, [base, own].filter(side => side !== undefined)), bar })
  return [
    beside('`tools/call`, cached token', BARS.cachedCall, [contender('Fastify, one JSON route', bare, getTicket(), MANY), contender('gateway', await gateway(), getTicket(), MANY)]),
    beside('`tools/call`, both eras', BARS.eras, [contender('gateway, 2025-11-25', await gateway(), getTicket(), MANY), contender('gateway, 2026-07-28', await gateway(), getTicket('modern'), MANY)]),
    beside('`tools/list`', BARS.toolsList, [contender('Fastify, one JSON route', bare, getTicket(), MANY), contender('gateway', await gateway(), toolsList(), MANY)]),
    beside('401 challenge', BARS.challenge, [contender('Fastify, one JSON route', bare, getTicket(), MANY), contender('gateway', await gateway(), withoutToken, MANY)]),
    beside('`list_tickets` on SQLite', BARS.listTickets, [contender('Fastify and the prepared read', read, listTickets, MANY), contender('gateway', await gateway(), listTickets, MANY)]),
    beside('`tools/call`, cache miss', BARS.cacheMiss, [contender('Fastify and one undici request', inquiry, getTicketWithNewToken, MANY), contender('gateway', await gateway(), getTicketWithNewToken, MANY)]),
    beside('`reserve_ticket` on SQLite', undefined, [contender('Fastify, undici and the transaction', reservation, reserveTicket, FEW), contender('gateway', await gateway(), reserveTicket, FEW)])
  ]
}
