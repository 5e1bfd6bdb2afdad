// How many questions do a thousand callers with one unknown token cause? They come at once, each over a separate connection; the answer
// must be one.

import { Pool, request } from 'undici'
import type { Bench } from '../bench-environment.ts'
import { gatewayArguments } from '../gateway-options.ts'

export interface Herd {
  readonly callers: number
  /** Introspections, run by run. */
  readonly introspections: readonly number[]
}

const CALLERS = 1000

export async function measureHerd (bench: Bench, runs: number): Promise<Herd> {
  const { authorizationServer } = bench
  const server = await bench.start('servers/gateway', gatewayArguments({ authorizationServer, database: await bench.database() }))
  const introspections: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const before = await count(authorizationServer)
    await callAtOnce(server.process.origin, `bench-herd-${run}-`.padEnd(43, '0'))
    introspections.push(await count(authorizationServer) - before)
  }
  await bench.end(server)
  return { callers: CALLERS, introspections }
}

/** A thousand calls of one token. Rejects when one is refused. */
export async function callAtOnce (origin: string, token: string): Promise<void> {
  const herd = new Pool(origin, { connections: CALLERS })
  const statuses = await Promise.all(Array.from({ length: CALLERS }, async (_, id) => {
    const { statusCode, body } = await herd.request({
      path: '/mcp',
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'get_ticket', arguments: { ticket_id: 1 } } })
    })
    await body.dump()
    return statusCode
  }))
  await herd.close()
  const refused = statuses.find(status => status !== 200)
  if (refused !== undefined) throw new Error(`a caller of the herd was refused with ${refused}`)
}

async function count (authorizationServer: string): Promise<number> {
  const { body } = await request(`${authorizationServer}/count`)
  return Number(await body.text())
}
