// How do the other MCP servers compare? The same work, tokens verified and their answers kept, in processes of their own.

import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { contender, type Bench, type Server } from '../bench-environment.ts'
import { Comparison } from '../comparison.ts'
import { gatewayArguments } from '../gateway-options.ts'
import type { Work } from '../load.ts'
import { getTicket, getTicketWithNewToken, reserveTicket, toolsList, withHeaders, withoutToken } from '../works.ts'

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

const BRIDGES = ['supergateway', 'mcp-proxy']
const STDIO_SERVER = fileURLToPath(new URL('../servers/upstream-stdio.js', import.meta.url))

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

/** Programs that put a stdio server on HTTP, each with the same server behind it. */
export async function bridgeComparison (bench: Bench): Promise<Comparison> {
  const { authorizationServer } = bench
  const options = gatewayArguments({ authorizationServer, database: await bench.database(), upstreams: [{ address: 'stdio' }] })
  const contenders = [contender('gateway', await bench.start('servers/gateway', options), getTicket(), OWN_REQUESTS)]
  for (const bridge of BRIDGES) {
    const server = await bench.start('../../bench/.build/bench/peers/stdio-bridge', [bridge, STDIO_SERVER])
    const work = withHeaders(getTicket(), { 'mcp-session-id': await sessionAt(server.process.origin) })
    contenders.push(contender(`${bridge}, without a token`, server, work, REQUESTS))
  }
  return new Comparison('`tools/call` of a stdio server', contenders)
}

async function sessionAt (origin: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const post = (message: object, more: Readonly<Record<string, string>> = {}) =>
    request(`${origin}/mcp`, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify({ jsonrpc: '2.0', ...message }) })
  const clientInfo = { name: 'bench', version: '1' }
  const begun = await post({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } })
  await begun.body.dump()
  const session = String(begun.headers['mcp-session-id'])
  const told = await post({ method: 'notifications/initialized' }, { 'mcp-session-id': session })
  await told.body.dump()
  return session
}
