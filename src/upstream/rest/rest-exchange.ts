// One HTTP request to a REST API, and its whole reply within bounds. A handler of undici, as for MCP servers: no redirect is followed, the
// size of the reply and the whole time are limited (https://www.rfc-editor.org/rfc/rfc9110).

import type { Dispatcher } from 'undici'
import type { CancellationNotice } from '../../kernel/cancellation.ts'
import { headerOf, retryAfterOf, type ReplyHeaders } from '../http/http-reply.ts'
import type { TemplateMethod } from './request-template.ts'

export interface RestRequest {
  readonly method: TemplateMethod
  readonly path: string
  readonly headers: string[]
  readonly body: string | undefined
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly signal: CancellationNotice | undefined
}

export type RestReply =
  | {
    readonly kind: 'complete'
    readonly status: number
    /** In lower case, without parameters. */
    readonly contentType: string
    readonly body: Buffer
    readonly retryAfterSeconds: number | undefined
  }
  | { readonly kind: 'too-large', readonly status: number }
  /** `sent`: the request, or a part of it, was written. */
  | { readonly kind: 'failed', readonly why: 'transport' | 'timeout' | 'cancelled', readonly sent: boolean }

const EMPTY = Buffer.alloc(0)

export function exchangeRest (dispatcher: Dispatcher, request: RestRequest): Promise<RestReply> {
  if (request.timeoutMs <= 0) return Promise.resolve({ kind: 'failed', why: 'timeout', sent: false })
  if (request.signal?.aborted === true) return Promise.resolve({ kind: 'failed', why: 'cancelled', sent: false })
  return new Promise(resolve => { new RestExchange(request, resolve).send(dispatcher) })
}

class RestExchange implements Dispatcher.DispatchHandler {
  readonly #request: RestRequest
  readonly #resolve: (reply: RestReply) => void
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #status = 0
  #contentType = ''
  #retryAfterSeconds: number | undefined
  #chunks: Buffer[] = []
  #bytes = 0

  constructor (request: RestRequest, resolve: (reply: RestReply) => void) {
    this.#request = request
    this.#resolve = resolve
  }

  readonly #onAbort = (): void => { this.#giveUp('cancelled') }

  send (dispatcher: Dispatcher): void {
    const { method, path, headers, body, timeoutMs, signal } = this.#request
    this.#timer = setTimeout(() => { this.#giveUp('timeout') }, timeoutMs).unref()
    signal?.addEventListener('abort', this.#onAbort)
    try {
      dispatcher.dispatch({ method, path, headers, body: body ?? null }, this)
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
    this.#contentType = (headerOf(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
    this.#retryAfterSeconds = retryAfterOf(headers)
    // Where a redirect leads does not matter, and what it says is not read.
    if (status >= 300 && status < 400) return this.#settleAndDrop(this.#complete(EMPTY))
    if (Number(headerOf(headers, 'content-length') ?? 0) > this.#request.maxBytes) this.#settleAndDrop({ kind: 'too-large', status })
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#bytes += chunk.length
    if (this.#bytes > this.#request.maxBytes) this.#settleAndDrop({ kind: 'too-large', status: this.#status })
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    const [only = EMPTY, second] = this.#chunks
    this.#settle(this.#complete(second === undefined ? only : Buffer.concat(this.#chunks)))
  }

  onResponseError (): void {
    this.#settle({ kind: 'failed', why: 'transport', sent: this.#controller !== undefined })
  }

  #complete (body: Buffer): RestReply {
    return {
      kind: 'complete', status: this.#status, contentType: this.#contentType, body, retryAfterSeconds: this.#retryAfterSeconds
    }
  }

  #giveUp (why: 'timeout' | 'cancelled'): void {
    this.#settleAndDrop({ kind: 'failed', why, sent: this.#controller !== undefined })
  }

  #settleAndDrop (reply: RestReply): void {
    this.#settle(reply)
    this.#controller?.abort(new Error('given up'))
  }

  #settle (reply: RestReply): void {
    clearTimeout(this.#timer)
    if (this.#settled) return
    this.#settled = true
    this.#chunks = []
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
    this.#resolve(reply)
  }
}
