// A small listener beside the one for clients: metrics, or health. It has a connection table too, so a client that holds its port does not
// keep others from it.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConnectionTable } from './connection-table.ts'
import { guardServer } from './guarded-server.ts'

const LIMITS = { maxConnections: 100, connectionsPerAddress: 0 }
const REQUEST_TIMEOUT_MS = 5000

export interface SideListener {
  readonly port: number
  readonly close: () => Promise<void>
}

/**
 * A body is dropped unless `answer` listens for it at once.
 * @throws the error of `listen`, as a rejected promise
 */
export async function startSideListener (
  { host, port }: { readonly host: string, readonly port: number },
  answer: (request: IncomingMessage, response: ServerResponse) => void
): Promise<SideListener> {
  const server = createServer()
  guardServer(server, createConnectionTable({ limits: () => LIMITS, closed: () => {} }), (request, response) => {
    request.resume()
    answer(request, response)
  })
  server.headersTimeout = server.requestTimeout = REQUEST_TIMEOUT_MS
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}
