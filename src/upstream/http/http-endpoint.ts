// The address of an HTTP upstream with its connections: writes each POST with the headers of its revision, and answers what the server
// asks in a stream. No header of a client is passed on but the mirrored parameters; a trace is that of the gateway's own span.

import type { Pool } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import type { ConnectionEvents } from '../upstream-connection.ts'
import { progressOf } from '../progress.ts'
import type { Question } from '../question.ts'
import { requestText } from '../request-text.ts'
import { answerTo, type IncomingMessage } from '../rpc-message.ts'
import type { HttpTransport } from '../upstream-port.ts'
import { withCredential } from './bearer-header.ts'
import { openHttpPool } from './http-settings.ts'
import { postMessage } from './http-post.ts'
import { ServerStream } from './server-stream.ts'
import type { HttpReply } from './http-reply.ts'

/** Requests of the server within one stream that are answered; more are dropped. */
const MAX_ANSWERS = 16
/** The same for the stream of a session. */
const MAX_STREAM_ANSWERS = 1000
const TOOLS_CHANGED = 'notifications/tools/list_changed'
/** For notifications, answers and the end of a session, which nothing waits for. */
const ASIDE_MS = 5000

export interface HttpEndpointOptions {
  readonly transport: HttpTransport
  readonly concurrent: number
  /** Sessions at a time, each with one stream where the transport listens. */
  readonly maxSessions: number
  readonly clock: Clock
  readonly events: Pick<ConnectionEvents, 'onStray' | 'onToolsChanged'>
}

export class HttpEndpoint {
  readonly #options: HttpEndpointOptions
  readonly #path: string
  readonly #fixed: readonly string[]
  #pool: Pool | undefined
  #opening: Promise<Pool> | undefined
  /** Streams last as long as sessions, and must not take the connections of calls. */
  #streams: Promise<Pool> | undefined
  #lastId = 0
  readonly #aside = new Set<Promise<unknown>>()

  constructor (options: HttpEndpointOptions) {
    const { pathname, search } = new URL(options.transport.url)
    this.#options = options
    this.#path = `${pathname}${search}`
    this.#fixed = [
      ...Object.entries(options.transport.headers).flat(),
      'content-type', 'application/json', 'accept', 'application/json, text/event-stream', 'accept-encoding', 'identity'
    ]
  }

  nextId (): number {
    this.#lastId += 1
    return this.#lastId
  }

  question (id: number, question: Question, revision: string, headers: readonly string[]): Promise<HttpReply> {
    const pool = this.#pool
    return pool === undefined
      ? this.#open().then(opened => this.#ask(opened, id, question, revision, headers))
      : this.#ask(pool, id, question, revision, headers)
  }

  #ask (pool: Pool, id: number, question: Question, revision: string, headers: readonly string[]): Promise<HttpReply> {
    const { onStray } = this.#options.events
    const { onProgress, maxBytes, signal, endsAtMs, trace } = question
    const sent = withCredential(headers, question.credential)
    let answered = 0
    return postMessage(pool, {
      path: this.#path,
      headers: trace === undefined ? [...this.#fixed, ...sent] : [...this.#fixed, ...sent, ...Object.entries(trace).flat()],
      body: requestText(id, question, revision),
      id,
      maxBytes,
      signal,
      timeoutMs: endsAtMs - this.#options.clock.monotonicMs(),
      onStray,
      onMessage: message => {
        if (message.kind === 'request') {
          answered += 1
          if (answered > MAX_ANSWERS) onStray()
          else this.aside(answerTo(message.id, message.method), sent)
        } else if (!this.#onNotification(message, id, onProgress)) onStray()
      }
    })
  }

  #onNotification (message: IncomingMessage, id: number, onProgress: Question['onProgress']): boolean {
    if (message.kind !== 'notification') return false
    if (message.method === TOOLS_CHANGED) {
      this.#options.events.onToolsChanged()
      return true
    }
    if (message.method !== 'notifications/progress') return message.method.startsWith('notifications/')
    const progress = message.params['progressToken'] === id ? progressOf(message.params) : undefined
    if (progress !== undefined) onProgress?.(progress)
    return progress !== undefined
  }

  /** A message without a reply. */
  aside (body: string, headers: readonly string[]): void {
    this.#sendAside(pool => this.#post(pool, body, headers))
  }

  post (body: string, headers: readonly string[], timeoutMs: number): Promise<HttpReply> {
    return this.#open().then(pool => this.#post(pool, body, headers, timeoutMs))
  }

  /** Without a body: DELETE. */
  #post (pool: Pool, body: string | undefined, headers: readonly string[], timeoutMs = ASIDE_MS): Promise<HttpReply> {
    return postMessage(pool, {
      path: this.#path, headers: [...this.#fixed, ...headers], body, timeoutMs, maxBytes: 65_536, onStray: this.#options.events.onStray
    })
  }

  /** Tells the server that a session is not needed any more. What it answers does not matter. */
  deleteSession (headers: readonly string[]): void {
    this.#sendAside(pool => this.#post(pool, undefined, headers))
  }

  /**
   * @param onMessage each notification that is not about the tools
   * @returns `undefined` where the configuration wants no streams
   */
  listen (headers: () => readonly string[], onMessage: (message: IncomingMessage) => boolean): ServerStream | undefined {
    const { transport, maxSessions, events } = this.#options
    if (transport.listen !== true) return undefined
    let answered = 0
    return new ServerStream({
      open: () => {
        this.#streams ??= openHttpPool(transport, maxSessions)
        return this.#streams
      },
      path: this.#path,
      headers: () => [
        ...Object.entries(transport.headers).flat(), 'accept', 'text/event-stream', 'accept-encoding', 'identity', ...headers()
      ],
      onStray: events.onStray,
      onMessage: message => {
        if (message.kind === 'notification' && message.method === TOOLS_CHANGED) events.onToolsChanged()
        else if (message.kind === 'request' && answered < MAX_STREAM_ANSWERS) {
          answered += 1
          this.aside(answerTo(message.id, message.method), headers())
        } else if (!onMessage(message)) events.onStray()
      }
    })
  }

  #sendAside (send: (pool: Pool) => Promise<unknown>): void {
    const sent = this.#open().then(send).catch(() => {}).finally(() => { this.#aside.delete(sent) })
    this.#aside.add(sent)
  }

  async #open (): Promise<Pool> {
    this.#opening ??= openHttpPool(this.#options.transport, this.#options.concurrent)
    this.#pool = await this.#opening
    return this.#pool
  }

  /** What is asked now is given up, after what tells the server of an end was sent. */
  async close (): Promise<void> {
    await Promise.all(this.#aside)
    await this.#pool?.destroy()
    await (await this.#streams?.catch(() => undefined))?.destroy()
  }
}
