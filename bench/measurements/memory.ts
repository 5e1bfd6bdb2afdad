// What does the gateway remember, and for how long? The heap after a collection: with an empty cache, with a full one,
// and after many times as many tokens as the cache holds.

import type { Bench } from '../bench-environment.ts'
import { gatewayArguments } from '../gateway-options.ts'
import type { Usage } from '../measured-process.ts'
import { getTicket, getTicketWithEachOf, getTicketWithNewToken } from '../works.ts'

export interface MemoryUse {
  readonly grants: number
  /** What a full cache adds to the heap. */
  readonly fullCacheBytes: number
  readonly churnedTokens: number
  /** What the heap has grown by while the cache was full all the time and its content was replaced again and again. */
  readonly churnBytes: number
  readonly residentBytes: number
}

const GRANTS = 10_000
export const FULL_CACHE_AT_MOST_BYTES = 15_000_000

/** @param churn tokens that come and go */
export async function measureMemory (bench: Bench, churn: number): Promise<MemoryUse> {
  const options = gatewayArguments({
    authorizationServer: bench.authorizationServer,
    database: await bench.database(),
    maxCachedGrants: GRANTS
  })
  const server = await bench.start('servers/gateway', options, { nodeOptions: ['--expose-gc'] })
  const heap = async (): Promise<Usage> => server.process.usage('usage-after-collection')

  // Code that runs for the first time takes memory, too.
  await server.load.burst(getTicket(), GRANTS)
  const empty = await heap()
  await server.load.burst(getTicketWithEachOf(GRANTS), GRANTS)
  const full = await heap()
  await server.load.burst(getTicketWithNewToken, GRANTS)
  const replaced = await heap()
  await server.load.burst(getTicketWithNewToken, churn)
  const churned = await heap()
  await bench.end(server)
  return {
    grants: GRANTS,
    fullCacheBytes: full.heapBytes - empty.heapBytes,
    churnedTokens: churn,
    churnBytes: churned.heapBytes - replaced.heapBytes,
    residentBytes: churned.residentBytes
  }
}
