// The other MCP server of the measurements over HTTP: node:http in the process of the load, so that no further process has to be woken,
// as with the authorization server. It gives sessions, counts them, and hangs at the address `/hanging` until it is told to go on.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { referenceTicket } from '../reference-ticket.ts'
import { upstreamAnswer, type AskedMessage } from './upstream-answers.ts'

export interface UpstreamHttp {
  readonly origin: string
  /** Sessions that were begun and ended so far. */
  readonly sessions: () => { readonly begun: number, readonly ended: number }
  /** How many calls hang. */
  readonly hanging: () => number
  /** Answers them all. */
  readonly goOn: () => void
  readonly close: () => void
}

export async function startUpstreamHttp (): Promise<UpstreamHttp> {
  const sessions = new Set<string>()
  let begun = 0
  let ended = 0
  let hanging: Array<() => void> = []

  function answer (request: IncomingMessage, response: ServerResponse, text: string): void {
    const ticket = /^\/rest\/tickets\/(\d+)$/.exec(request.url ?? '')
    if (ticket !== null) return end(response, 200, JSON.stringify(referenceTicket(Number(ticket[1]))))
    const session = request.headers['mcp-session-id']
    if (typeof session === 'string' && !sessions.has(session)) return end(response, 404, '')
    if (request.method === 'DELETE') {
      if (sessions.delete(String(session))) ended += 1
      return end(response, 200, '')
    }
    // A stream of the server's own messages, which it does not have.
    if (request.method !== 'POST') return end(response, 405, '')
    const message = JSON.parse(text) as AskedMessage
    const body = upstreamAnswer(message)
    if (body === undefined) return end(response, 202, '')
    if (message.method === 'initialize') {
      begun += 1
      const id = `session-${begun}`
      sessions.add(id)
      response.setHeader('mcp-session-id', id)
    }
    if (message.method === 'tools/call' && request.url === '/hanging') hanging.push(() => { end(response, 200, body) })
    else end(response, 200, body)
  }

  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => { text += chunk })
    request.on('end', () => { answer(request, response, text) })
  })
  server.keepAliveTimeout = 60_000
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessions: () => ({ begun, ended }),
    hanging: () => hanging.length,
    goOn () {
      const held = hanging
      hanging = []
      for (const release of held) release()
    },
    close () {
      server.close()
      server.closeAllConnections()
    }
  }
}

function end (response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, body === ''
    ? { 'content-length': 0 }
    : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
