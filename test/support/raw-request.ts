// A request as bytes, for what no HTTP client would send. One connection, closed by the server or by us.

import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface RawAnswer {
  readonly status: number
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export async function portOf (app: FastifyInstance): Promise<number> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** Sends the lines (`Connection: close` after the first), then the body, and reads until the server closes. */
export async function rawRequest (app: FastifyInstance, [first = '', ...lines]: readonly string[], body = ''): Promise<RawAnswer> {
  const socket = connect(await portOf(app), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  const closed = once(socket, 'close')
  socket.write([first, 'Connection: close', ...lines, ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]), '', body].join('\r\n'))
  await closed
  return parseAnswer(Buffer.concat(chunks).toString())
}

export function parseAnswer (text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...fields] = head.split('\r\n')
  const headers = Object.fromEntries(fields.map(field => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
  }))
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}
