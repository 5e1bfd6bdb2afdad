// A request whose body comes later: the headers are sent and judged, then a test changes something, then the body follows. Nothing waits
// for time to pass.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { parseAnswer, portOf, type RawAnswer } from './raw-request.ts'

export interface SlowRequest {
  /** Sends the body; resolves with the answer. */
  readonly complete: () => Promise<RawAnswer>
  /** Sends the body without its last byte. */
  readonly almost: () => void
  /** Resolves with an answer that comes before the body. */
  readonly answered: () => Promise<RawAnswer>
}

export interface SlowRequestOptions {
  readonly authorization: string
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
}

/** Resolves when the headers have passed the hooks that need no answer from elsewhere: a token in the cache is judged by then. */
export async function openRequest (
  app: FastifyInstance, body: object, { authorization, headers = {}, path = '/mcp' }: SlowRequestOptions
): Promise<SlowRequest> {
  const port = await portOf(app)
  const text = JSON.stringify(body)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  socket.on('error', () => {})
  const closed = once(socket, 'close').then(() => parseAnswer(Buffer.concat(chunks).toString()))
  const seen = new Promise<void>(resolve => {
    const look = (request: IncomingMessage) => {
      if (request.socket.remotePort !== socket.localPort) return
      app.server.off('request', look)
      resolve()
    }
    app.server.on('request', look)
  })
  const fields = Object.entries({
    Host: 'localhost:3443',
    Connection: 'close',
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    Authorization: authorization,
    'Content-Length': String(Buffer.byteLength(text)),
    ...headers
  })
  socket.write([`POST ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'))
  await seen
  let sent = 0
  const send = (end: number) => {
    socket.write(text.slice(sent, end))
    sent = end
  }
  return {
    almost: () => { send(text.length - 1) },
    answered: () => closed,
    complete () {
      send(text.length)
      return closed
    }
  }
}
