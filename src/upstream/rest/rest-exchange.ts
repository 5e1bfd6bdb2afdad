// One HTTP request to a REST API, and its whole reply within bounds, as for MCP servers: no redirect is followed
// (https://www.rfc-editor.org/rfc/rfc9110#section-15.4).

import type { Dispatcher } from 'undici'
import { BoundedExchange, givenUpBefore, type ExchangeBounds } from '../http/bounded-exchange.ts'
import { headerOf, retryAfterOf, type FailedReply, type ReplyHeaders } from '../http/http-reply.ts'
import type { TemplateMethod } from './request-template.ts'

export interface RestRequest extends ExchangeBounds {
  readonly method: TemplateMethod
  readonly path: string
  readonly headers: string[]
  readonly body: string | undefined
  readonly maxBytes: number
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
  | FailedReply

const EMPTY = Buffer.alloc(0)

export function exchangeRest (dispatcher: Dispatcher, request: RestRequest): Promise<RestReply> {
  const given = givenUpBefore(request)
  if (given !== undefined) return Promise.resolve(given)
  return new Promise(resolve => { new RestExchange(request, resolve).ask(dispatcher) })
}

class RestExchange extends BoundedExchange<RestReply> {
  readonly #request: RestRequest
  #status = 0
  #contentType = ''
  #retryAfterSeconds: number | undefined
  #chunks: Buffer[] = []
  #bytes = 0

  constructor (request: RestRequest, resolve: (reply: RestReply) => void) {
    super(request, resolve)
    this.#request = request
  }

  ask (dispatcher: Dispatcher): void {
    const { method, path, headers, body = null } = this.#request
    this.send(dispatcher, { method, path, headers, body })
  }

  onResponseStart (_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status
    this.#contentType = (headerOf(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
    this.#retryAfterSeconds = retryAfterOf(headers)
    // Where a redirect leads does not matter, and what it says is not read.
    if (status >= 300 && status < 400) return this.settleAndDrop(this.#complete(EMPTY))
    if (Number(headerOf(headers, 'content-length') ?? 0) > this.#request.maxBytes) this.settleAndDrop({ kind: 'too-large', status })
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return
    this.#bytes += chunk.length
    if (this.#bytes > this.#request.maxBytes) this.settleAndDrop({ kind: 'too-large', status: this.#status })
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    const [only = EMPTY, second] = this.#chunks
    this.settle(this.#complete(second === undefined ? only : Buffer.concat(this.#chunks)))
  }

  #complete (body: Buffer): RestReply {
    return {
      kind: 'complete', status: this.#status, contentType: this.#contentType, body, retryAfterSeconds: this.#retryAfterSeconds
    }
  }
}
