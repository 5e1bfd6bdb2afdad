// The fixtures of the conformance suite over Streamable HTTP, as the official SDK serves them: with sessions, without, or 2026-07-28.

import { createMcpHandler } from '@modelcontextprotocol/server'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createServerV1, createServerV2 } from './fixture-servers.ts'

export type HttpFixtureKind = 'sessions' | 'no-sessions' | 'modern'

export interface HttpFixtures {
  readonly url: string
  readonly close: () => Promise<void>
}

const HANDLERS: Readonly<Record<HttpFixtureKind, () => RequestListener>> = {
  sessions: withSessions, 'no-sessions': withoutSessions, modern
}

export async function startHttpFixtures (kind: HttpFixtureKind): Promise<HttpFixtures> {
  const server = createServer(HANDLERS[kind]())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

function withSessions (): RequestListener {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  return answering(async (request, response) => {
    const known = sessions.get(String(request.headers['mcp-session-id']))
    if (known !== undefined) return known.handleRequest(request, response)
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => { sessions.set(id, transport) },
      onsessionclosed: id => { sessions.delete(id) }
    })
    await createServerV1().connect(transport)
    return transport.handleRequest(request, response)
  })
}

function withoutSessions (): RequestListener {
  return answering(async (request, response) => {
    const transport = new StreamableHTTPServerTransport({})
    await createServerV1().connect(transport)
    response.on('close', () => { transport.close().catch(() => {}) })
    return transport.handleRequest(request, response)
  })
}

function modern (): RequestListener {
  const { fetch } = createMcpHandler(createServerV2, { legacy: 'reject' })
  return answering(async (request, response) => {
    const given = new AbortController()
    response.on('close', () => { given.abort() })
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
    const asked = new Request(`http://${request.headers.host ?? ''}${request.url ?? ''}`, {
      method: request.method ?? 'GET', headers, signal: given.signal, ...request.method === 'POST' ? bodyOf(request) : {}
    })
    const answer = await fetch(asked)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    if (answer.body === null) response.end()
    else Readable.fromWeb(answer.body).on('error', () => { response.destroy() }).pipe(response)
  })
}

function bodyOf (request: IncomingMessage): Pick<RequestInit, 'body' | 'duplex'> {
  return { body: Readable.toWeb(request) as NonNullable<RequestInit['body']>, duplex: 'half' }
}

function answering (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): RequestListener {
  return (request, response) => { answer(request, response).catch(() => { response.destroy() }) }
}
