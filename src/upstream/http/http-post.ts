// One POST to an MCP server, and its reply: JSON, or a stream that is read until the response. A handler of undici, because `request()`
// bounds neither the size of a reply nor the whole time (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http).

import type { CancellationNotice } from '../../kernel/cancellation.ts'
import type { Dispatcher } from 'undici'
import { errorCodeOf, parseIncoming, type IncomingMessage } from '../rpc-message.ts'
import { EventStreamReader } from './event-stream-reader.ts'
import { headerOf, retryAfterOf, sessionIdOf, type HttpReply, type ReplyHeaders } from './http-reply.ts'

export interface PostedRequest {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** Absent: the request is a DELETE. */
  readonly body: string | undefined
  /** Of the JSON-RPC request in the body; absent: a notification, whose reply has no body. */
  readonly id?: number
  /** Of the response. */
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly signal?: CancellationNotice | undefined
  /** Each message of a stream that comes before the response. */
  readonly onMessage?: (message: IncomingMessage) => void
  /** A message that answers nothing. */
  readonly onStray: () => void
}

/** A stream may go on after the response. It is read to its end so that the connection can be used again, for so long at most. */
const AFTERMATH_MS = 1000
/** What a reply may have beside the largest message: progress, comments, names of events. */
const EXTRA_BYTES = 1024 * 1024

export function postMessage (dispatcher: Dispatcher, request: PostedRequest): Promise<HttpReply> {
  if (request.timeoutMs <= 0) return Promise.resolve({ kind: 'failed', why: 'timeout', sent: false })
  if (request.signal?.aborted === true) return Promise.resolve({ kind: 'failed', why: 'cancelled', sent: false })
  return new Promise(resolve => { new HttpPost(request, resolve).send(dispatcher) })
}

class HttpPost implements Dispatcher.DispatchHandler {
  readonly #request: PostedRequest
  readonly #resolve: (reply: HttpReply) => void
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #status = 0
  #sessionId: string | undefined
  #retryAfterSeconds: number | undefined
  #stream: EventStreamReader | undefined
  #chunks: Buffer[] = []
  #bytes = 0

  constructor (request: PostedRequest, resolve: (reply: HttpReply) => void) {
    this.#request = request
    this.#resolve = resolve
  }

  readonly #onAbort = (): void => { this.#giveUp('cancelled') }

  send (dispatcher: Dispatcher): void {
    const { path, headers, body, timeoutMs, signal } = this.#request
    this.#timer = setTimeout(() => { this.#giveUp('timeout') }, timeoutMs).unref()
    signal?.addEventListener('abort', this.#onAbort)
    try {
      if (body === undefined) dispatcher.dispatch({ path, method: 'DELETE', headers }, this)
      else dispatcher.dispatch({ path, method: 'POST', headers, body }, this)
    } catch {
      this.onResponseError()
    }
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    // What was given up while it waited for a connection must not be sent.
    if (this.#settled) return controller.abort(new Error('given up'))
    this.#controller = controller
  }

  onResponseStart (_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status
    this.#sessionId = sessionIdOf(headers)
    this.#retryAfterSeconds = retryAfterOf(headers)
    if (status >= 300 && status < 400) return this.#settleAndDrop(this.#statusReply(undefined))
    const contentType = headerOf(headers, 'content-type') ?? ''
    if (/^text\/event-stream\b/i.test(contentType) && status === 200) {
      this.#stream = new EventStreamReader(this.#request.maxBytes, {
        onData: data => { this.#onText(data) },
        onTooLarge: () => { this.#settleAndDrop({ kind: 'too-large' }) }
      })
    } else if (Number(headerOf(headers, 'content-length') ?? 0) > this.#request.maxBytes) {
      this.#settleAndDrop({ kind: 'too-large' })
    }
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#stream !== undefined) {
      if (this.#bytes > this.#request.maxBytes + EXTRA_BYTES) this.#settleAndDrop({ kind: 'too-large' })
      else this.#stream.push(chunk)
    } else if (this.#bytes > this.#request.maxBytes) this.#settleAndDrop({ kind: 'too-large' })
    else if (!this.#settled) this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    if (this.#settled) return clearTimeout(this.#timer)
    if (this.#stream !== undefined) return this.#settle({ kind: 'broken' })
    const [only, second] = this.#chunks
    const body = only === undefined ? '' : (second === undefined ? only : Buffer.concat(this.#chunks)).toString()
    if (this.#request.id !== undefined && body !== '') this.#onText(body)
    if (this.#settled) return
    if (this.#status === 200) this.#settle({ kind: 'unreadable' })
    else this.#settle(this.#statusReply(undefined))
  }

  onResponseError (): void {
    this.#settle({ kind: 'failed', why: 'transport', sent: this.#controller !== undefined })
  }

  /** One event, or the whole body. */
  #onText (text: string): void {
    const messages = parseIncoming(text)
    if (messages === undefined) return this.#stream === undefined ? undefined : this.#request.onStray()
    for (const message of messages) this.#onMessage(message, text)
  }

  #onMessage (message: IncomingMessage, text: string): void {
    const { id, onStray } = this.#request
    if (this.#settled) return onStray()
    if (message.kind !== 'response') return this.#request.onMessage?.(message)
    if (message.id !== id) {
      // An error about a message that the server could not read names no request.
      const unnamed = (message.id ?? null) === null && this.#status >= 400
      return unnamed ? this.#settle(this.#statusReply(errorCodeOf(message.body))) : onStray()
    }
    const bytes = Buffer.byteLength(text)
    const { maxBytes } = this.#request
    this.#settle(bytes > maxBytes
      ? { kind: 'too-large' }
      : { kind: 'response', status: this.#status, body: message.body, bytes, sessionId: this.#sessionId })
    if (this.#stream !== undefined) this.#timer = setTimeout(() => { this.#controller?.abort(new Error('answered')) }, AFTERMATH_MS).unref()
  }

  #statusReply (errorCode: number | undefined): HttpReply {
    return { kind: 'status', status: this.#status, errorCode, retryAfterSeconds: this.#retryAfterSeconds }
  }

  #giveUp (why: 'timeout' | 'cancelled'): void {
    this.#settleAndDrop({ kind: 'failed', why, sent: this.#controller !== undefined })
  }

  #settleAndDrop (reply: HttpReply): void {
    this.#settle(reply)
    this.#controller?.abort(new Error('given up'))
  }

  #settle (reply: HttpReply): void {
    clearTimeout(this.#timer)
    if (this.#settled) return
    this.#settled = true
    this.#chunks = []
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
    this.#resolve(reply)
  }
}
