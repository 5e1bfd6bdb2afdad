// One POST to an MCP server, and its reply: JSON, or a stream that is read until the response
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http).

import type { Dispatcher } from 'undici'
import { errorCodeOf, parseIncoming, type IncomingMessage } from '../rpc-message.ts'
import { BoundedExchange, givenUpBefore, type ExchangeBounds } from './bounded-exchange.ts'
import { EventStreamReader } from './event-stream-reader.ts'
import { headerOf, retryAfterOf, sessionIdOf, type HttpReply, type ReplyHeaders } from './http-reply.ts'

export interface PostedRequest extends ExchangeBounds {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** Absent: the request is a DELETE. */
  readonly body: string | undefined
  /** Of the JSON-RPC request in the body; absent: a notification, whose reply has no body. */
  readonly id?: number
  /** Of the response. */
  readonly maxBytes: number
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
  const given = givenUpBefore(request)
  if (given !== undefined) return Promise.resolve(given)
  return new Promise(resolve => { new HttpPost(request, resolve).post(dispatcher) })
}

class HttpPost extends BoundedExchange<HttpReply> {
  readonly #request: PostedRequest
  #status = 0
  #sessionId: string | undefined
  #retryAfterSeconds: number | undefined
  #stream: EventStreamReader | undefined
  #chunks: Buffer[] = []
  #bytes = 0

  constructor (request: PostedRequest, resolve: (reply: HttpReply) => void) {
    super(request, resolve)
    this.#request = request
  }

  post (dispatcher: Dispatcher): void {
    const { path, headers, body } = this.#request
    this.send(dispatcher, body === undefined ? { path, method: 'DELETE', headers } : { path, method: 'POST', headers, body })
  }

  onResponseStart (_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status
    this.#sessionId = sessionIdOf(headers)
    this.#retryAfterSeconds = retryAfterOf(headers)
    if (status >= 300 && status < 400) return this.settleAndDrop(this.#statusReply(undefined))
    const contentType = headerOf(headers, 'content-type') ?? ''
    if (/^text\/event-stream\b/i.test(contentType) && status === 200) {
      this.#stream = new EventStreamReader(this.#request.maxBytes, {
        onData: data => { this.#onText(data) },
        onTooLarge: () => { this.settleAndDrop({ kind: 'too-large' }) }
      })
    } else if (Number(headerOf(headers, 'content-length') ?? 0) > this.#request.maxBytes) {
      this.settleAndDrop({ kind: 'too-large' })
    }
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#stream !== undefined) {
      if (this.#bytes > this.#request.maxBytes + EXTRA_BYTES) this.settleAndDrop({ kind: 'too-large' })
      else this.#stream.push(chunk)
    } else if (this.#bytes > this.#request.maxBytes) this.settleAndDrop({ kind: 'too-large' })
    else if (!this.settled) this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    if (this.settled) return this.stopWaiting()
    if (this.#stream !== undefined) return this.settle({ kind: 'broken' })
    const [only, second] = this.#chunks
    const body = only === undefined ? '' : (second === undefined ? only : Buffer.concat(this.#chunks)).toString()
    if (this.#request.id !== undefined && body !== '') this.#onText(body)
    if (this.settled) return
    if (this.#status === 200) this.settle({ kind: 'unreadable' })
    else this.settle(this.#statusReply(undefined))
  }

  /** One event, or the whole body. */
  #onText (text: string): void {
    const messages = parseIncoming(text)
    if (messages === undefined) return this.#stream === undefined ? undefined : this.#request.onStray()
    for (const message of messages) this.#onMessage(message, text)
  }

  #onMessage (message: IncomingMessage, text: string): void {
    const { id, onStray } = this.#request
    if (this.settled) return onStray()
    if (message.kind !== 'response') return this.#request.onMessage?.(message)
    if (message.id !== id) {
      // An error about a message that the server could not read names no request.
      const unnamed = (message.id ?? null) === null && this.#status >= 400
      return unnamed ? this.settle(this.#statusReply(errorCodeOf(message.body))) : onStray()
    }
    const bytes = Buffer.byteLength(text)
    const { maxBytes } = this.#request
    this.settle(bytes > maxBytes
      ? { kind: 'too-large' }
      : { kind: 'response', status: this.#status, body: message.body, bytes, sessionId: this.#sessionId })
    if (this.#stream !== undefined) this.dropAfter(AFTERMATH_MS)
  }

  #statusReply (errorCode: number | undefined): HttpReply {
    return { kind: 'status', status: this.#status, errorCode, retryAfterSeconds: this.#retryAfterSeconds }
  }
}
