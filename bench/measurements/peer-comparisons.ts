// How do the other MCP servers compare? The same work, tokens verified and their answers kept, in processes of their own.

import { contender, type Bench, type Server } from '../bench-environment.ts'
import { Comparison } from '../comparison.ts'
import { gatewayArguments } from '../gateway-options.ts'
import type { Work } from '../load.ts'
import { getTicket, getTicketWithNewToken, reserveTicket, toolsList, withoutToken } from '../works.ts'

interface Peer {
  readonly name: string
  readonly program: string
  readonly args?: readonly string[]
}

const PEERS: readonly Peer[] = [
  { name: 'SDK v2 on Fastify, server and transport per request', program: 'fastify-sdk-v2', args: ['transport'] },
  { name: 'SDK v2 on Fastify, `createMcpHandler`', program: 'fastify-sdk-v2', args: ['handler'] },
  { name: 'fastify-mcp', program: 'fastify-mcp' },
  { name: 'fastmcp', program: 'fastmcp' },
  { name: 'mcp-auth, express, SDK v1', program: 'mcp-auth' },
  { name: 'express, SDK v1, with a cache', program: 'express-sdk-v1', args: ['cached'] },
  { name: 'express, SDK v1, without a cache', program: 'express-sdk-v1', args: ['uncached'] }
]

/** The one that a bar is about. */
export const EXPRESS_WITH_CACHE = 'express, SDK v1, with a cache'

const WORKS: ReadonlyArray<{ readonly name: string, readonly work: Work }> = [
  { name: '`tools/call`, cached token', work: getTicket() },
  { name: '`tools/list`', work: toolsList() },
  { name: '401 challenge', work: withoutToken },
  { name: '`tools/call`, cache miss', work: getTicketWithNewToken },
  { name: '`reserve_ticket` on SQLite', work: reserveTicket }
]

const REQUESTS = 60
const OWN_REQUESTS = 400
const BASE_REQUESTS = 1000

/** The first contender of each is the gateway. */
export async function peerComparisons (bench: Bench): Promise<readonly Comparison[]> {
  const { authorizationServer } = bench
  const gateway = await bench.start('servers/gateway', gatewayArguments({ authorizationServer, database: await bench.database() }))
  const peers: Array<{ readonly name: string, readonly server: Server }> = []
  for (const { name, program, args = [] } of PEERS) {
    // Compiled apart, since their packages are found from there alone.
    const server = await bench.start(`../../bench/.build/bench/peers/${program}`, [authorizationServer, await bench.database(), ...args])
    peers.push({ name, server })
  }
  const bare = await bench.start('servers/bare-fastify')
  return WORKS.map(({ name, work }) => new Comparison(name, [
    contender('gateway', gateway, work, OWN_REQUESTS),
    ...(name.includes('cached') ? [contender('Fastify, one JSON route', bare, work, BASE_REQUESTS)] : []),
    ...peers.map(peer => contender(peer.name, peer.server, work, REQUESTS))
  ]))
}
