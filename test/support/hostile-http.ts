// A hostile MCP server over HTTP: legacy with sessions, legacy without, or modern; answers as JSON or as a stream, forgets its sessions,
// redirects, and answers with any status. Records each request.

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  answerWithReplies, handshakeResult, pageOf, reactionTo, SERVER_REQUESTS, type CallMessage, type HostileSession, type ListingScript
} from './hostile-reactions.ts'

type Json = Record<string, unknown>

interface SeenRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Of the body, for a POST. */
  readonly message: Json | undefined
}

interface ScriptedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string
}

export interface HostileHttpOptions {
  readonly revision: string
  readonly sessions?: boolean
  readonly form?: 'json' | 'stream'
  /** Each session may have a stream of notifications (GET); otherwise 405. */
  readonly streams?: boolean
  readonly listing?: ListingScript
  readonly port?: number
}

export interface HostileHttp {
  readonly url: string
  readonly port: number
  readonly seen: SeenRequest[]
  /** How often a JSON-RPC method came. */
  readonly count: (method: string) => number
  readonly sessions: ReadonlyMap<string, HostileSession>
  readonly deleted: string[]
  /** The open streams of sessions, by session. */
  readonly streams: ReadonlyMap<string, ServerResponse>
  /** Sessions are gone, and requests in one are answered with this status. */
  readonly forgetSessions: (status: 404 | 400, body?: string) => void
  /** The next requests with this JSON-RPC method get these answers instead. */
  readonly answerNext: (method: string, ...answers: ScriptedAnswer[]) => void
  /** `initialize` is answered when this was called. */
  readonly holdInitialize: () => () => void
  readonly close: () => Promise<void>
}

const LOST = JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message: 'Bad Request: no such session' }, id: null })

export async function startHostileHttp (
  { revision, sessions: withSessions = false, form = 'json', streams: withStreams = false, listing = {}, port = 0 }: HostileHttpOptions
): Promise<HostileHttp> {
  const modern = revision >= '2026'
  const sessions = new Map<string, HostileSession>()
  const common: HostileSession = { calls: 0 }
  const seen: SeenRequest[] = []
  const deleted: string[] = []
  const streams = new Map<string, ServerResponse>()
  const scripted = new Map<string, ScriptedAnswer[]>()
  const waiting = new Map<string, (reply: Json) => void>()
  let lost: ScriptedAnswer = { status: 404 }
  let held: Promise<void> = Promise.resolve()

  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const message = body === '' ? undefined : JSON.parse(body) as Json
    seen.push({ method: request.method ?? '', headers: request.headers, message })
    const sessionId = request.headers['mcp-session-id']
    if (request.method === 'GET') {
      if (!withStreams) return write(response, { status: 405 })
      if (!sessions.has(String(sessionId))) return write(response, { status: 404 })
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      streams.set(String(sessionId), response)
      response.once('close', () => { streams.delete(String(sessionId)) })
      return
    }
    if (request.method === 'DELETE') {
      deleted.push(String(sessionId))
      sessions.delete(String(sessionId))
      return write(response, { status: 200 })
    }
    const method = String(message?.['method'])
    const script = scripted.get(method)?.shift()
    if (script !== undefined) return write(response, script)
    if (withSessions && method !== 'initialize' && !sessions.has(String(sessionId))) return write(response, lost)
    if (message?.['method'] === undefined) {
      waiting.get(String(message?.['id']))?.(message ?? {})
      return write(response, { status: 202 })
    }
    if (message['id'] === undefined) return write(response, { status: 202 })
    const session = sessions.get(String(sessionId)) ?? common
    const result = (value: unknown): void => { write(response, json({ jsonrpc: '2.0', id: message['id'], result: value })) }
    switch (method) {
      case 'initialize': {
        await held
        if (modern) {
          return write(response, json({ jsonrpc: '2.0', id: message['id'], error: { code: -32601, message: 'Method not found' } }, 404))
        }
        const id = randomUUID()
        if (withSessions) sessions.set(id, { calls: 0 })
        const { headers, ...rest } = json({ jsonrpc: '2.0', id: message['id'], result: handshakeResult(method, revision) })
        return write(response, { ...rest, headers: { ...headers, ...(withSessions && { 'mcp-session-id': id }) } })
      }
      case 'server/discover':
        if (!modern) {
          return write(response, json({ jsonrpc: '2.0', id: message['id'], error: { code: -32601, message: 'Method not found' } }))
        }
        return result(handshakeResult(method, revision))
      case 'tools/list': return result(pageOf((message['params'] as Json | undefined)?.['cursor'], listing, modern))
      case 'tools/call': return react(message as unknown as CallMessage, session, response)
    }
  }

  async function react (message: CallMessage, session: HostileSession, response: ServerResponse): Promise<void> {
    const { messages, then } = reactionTo(message, session, modern)
    if (then === 'crash') {
      response.socket?.destroy()
      return
    }
    if (then === undefined && form === 'json') return write(response, json(messages.find(isResponse)))
    if (form === 'json' && then === 'hang') {
      if (messages.length > 0) write(response, json(messages[0]))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'set-cookie': 'upstream=1' })
    const events = messages.map(entry => `event: message\nid: 1\ndata: ${typeof entry === 'string' ? entry : JSON.stringify(entry)}\n\n`)
    if (then === 'half') {
      response.write(events[0]?.slice(0, 40) ?? '', () => { response.socket?.destroy() })
      return
    }
    if (then === 'drip') {
      for (const character of events.join('').replaceAll('\n', '\r\n')) {
        response.write(character)
        await new Promise(resolve => setImmediate(resolve))
      }
      response.end()
      return
    }
    if (then === 'replies') {
      const replies = Promise.all(SERVER_REQUESTS.map((_, index) => new Promise<Json>(resolve => { waiting.set(`ask-${index}`, resolve) })))
      response.write(events.join(''))
      response.end(`data: ${JSON.stringify(answerWithReplies(message.id, await replies, modern))}\n\n`)
      return
    }
    response.write(`: comment\n\nevent: other\ndata: {}\n\n${events.join('')}`)
    if (then !== 'hang') response.end()
  }

  const sockets = new Set<Socket>()
  const server = createServer((request, response) => { answer(request, response).catch(() => { response.destroy() }) })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => { sockets.delete(socket) })
  })
  await new Promise<void>(resolve => { server.listen(port, '127.0.0.1', resolve) })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    port: address.port,
    seen,
    count: method => seen.filter(({ message }) => message?.['method'] === method).length,
    sessions,
    deleted,
    streams,
    forgetSessions (status, body = LOST) {
      lost = { status, headers: { 'content-type': 'application/json' }, body }
      sessions.clear()
    },
    answerNext: (method, ...answers) => { scripted.set(method, [...scripted.get(method) ?? [], ...answers]) },
    holdInitialize () {
      let release = (): void => {}
      held = new Promise(resolve => { release = resolve })
      return () => { release() }
    },
    close: () => new Promise(resolve => {
      server.close(() => { resolve() })
      for (const socket of sockets) socket.destroy()
    })
  }
}

function isResponse (message: unknown): boolean {
  return typeof message === 'object' && message !== null && !('method' in message)
}

async function bodyOf (request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function json (value: unknown, status = 200): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json', 'set-cookie': 'upstream=1' }, body: JSON.stringify(value) }
}

function write (response: ServerResponse, { status, headers = {}, body = '' }: ScriptedAnswer): void {
  response.writeHead(status, headers).end(body)
}
