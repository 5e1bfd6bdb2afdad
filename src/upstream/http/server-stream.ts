// The stream that a legacy server may keep open in a session beside its answers, begun by GET. It ends and begins again while the session
// lives, with growing pauses; a server that has none says 405
// (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server).

import type { Dispatcher } from 'undici'
import { parseIncoming, type IncomingMessage } from '../rpc-message.ts'
import { EventStreamReader } from './event-stream-reader.ts'
import { headerOf, type ReplyHeaders } from './http-reply.ts'

export interface ServerStreamOptions {
  readonly open: () => Promise<Dispatcher>
  readonly path: string
  /** Names and values in turn, read at each beginning: a token may have been renewed. */
  readonly headers: () => string[]
  readonly onMessage: (message: IncomingMessage) => void
  /** What is no message, or too large. */
  readonly onStray: () => void
}

/** A notification is small. */
const MAX_EVENT_BYTES = 65_536
const SHORTEST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

export class ServerStream implements Dispatcher.DispatchHandler {
  readonly #options: ServerStreamOptions
  #controller: Dispatcher.DispatchController | undefined
  #timer: NodeJS.Timeout | undefined
  #reader: EventStreamReader | undefined
  #pauseMs = SHORTEST_PAUSE_MS
  #ended = false

  constructor (options: ServerStreamOptions) {
    this.#options = options
    this.#begin()
  }

  #begin (): void {
    const { open, path, headers } = this.#options
    open().then(dispatcher => {
      if (!this.#ended) dispatcher.dispatch({ path, method: 'GET', headers: headers() }, this)
    }).catch(() => { this.#beginLater() })
  }

  #beginLater (): void {
    this.#reader = undefined
    this.#controller = undefined
    if (this.#ended) return
    this.#timer = setTimeout(() => { this.#begin() }, this.#pauseMs).unref()
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    if (this.#ended) return controller.abort(new Error('ended'))
    this.#controller = controller
  }

  onResponseStart (controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    if (status === 200 && /^text\/event-stream\b/i.test(headerOf(headers, 'content-type') ?? '')) {
      this.#reader = new EventStreamReader(MAX_EVENT_BYTES, {
        onData: data => { this.#onData(data) },
        onTooLarge: this.#options.onStray
      })
      return
    }
    // No such stream, or no such session: the next call finds out about the latter. A server that is overloaded is asked again.
    if (status < 500) this.#ended = true
    controller.abort(new Error('no stream'))
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#ended) this.#reader?.push(chunk)
  }

  onResponseEnd (): void { this.#beginLater() }

  onResponseError (): void { this.#beginLater() }

  #onData (data: string): void {
    this.#pauseMs = SHORTEST_PAUSE_MS
    const messages = parseIncoming(data)
    if (messages === undefined) return this.#options.onStray()
    for (const message of messages) this.#options.onMessage(message)
  }

  /** Nothing is passed on afterwards. */
  end (): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#controller?.abort(new Error('ended'))
  }
}
