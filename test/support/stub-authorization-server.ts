// An authorization server of node:http that does exactly what a test tells it to, wrong things above all.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Which connection it came over, counted from 1. */
  readonly connection: number
}

export type Behaviour = (request: ReceivedRequest, response: ServerResponse, socket: Socket) => void

export interface StubAuthorizationServer {
  readonly origin: string
  readonly received: readonly ReceivedRequest[]
  /** What the next requests meet; `path` without query. */
  readonly on: (path: string, behaviour: Behaviour) => void
  readonly close: () => Promise<void>
}

export const answers = (
  status: number, body: string, headers: Readonly<Record<string, string>> = {}
): Behaviour => (_request, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

export const answersJson = (value: unknown): Behaviour => answers(200, JSON.stringify(value))

/** A path without a behaviour is a 404. */
export async function startStubAuthorizationServer (): Promise<StubAuthorizationServer> {
  const behaviours = new Map<string, Behaviour>()
  const received: ReceivedRequest[] = []
  const connections = new Map<Socket, number>()

  async function handle (incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers, socket } = incoming
    const request = { method, path: url, headers, body: Buffer.concat(chunks).toString(), connection: connections.get(socket) ?? 0 }
    received.push(request)
    const behaviour = behaviours.get(url.split('?')[0] ?? '') ?? answers(404, '{}')
    behaviour(request, response, socket)
  }

  const server = createServer((incoming, response) => { handle(incoming, response).catch(() => { response.destroy() }) })
  server.on('connection', socket => { connections.set(socket, connections.size + 1) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    on: (path, behaviour) => { behaviours.set(path, behaviour) },
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}
