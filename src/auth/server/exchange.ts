// Sends one HTTP request to an authorization server and collects the reply, within a time and a size. Redirects are never
// followed, because our credentials would go to an address that is not configured.

import type { Dispatcher, Pool } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../kernel/fault.ts'

/** Introspection replies have a few hundred bytes, metadata documents a few thousand. */
const MAX_BODY_BYTES = 256 * 1024

/** Introspections that run at a time. */
export const CONNECTIONS_FOR_TOKENS = 60
/** For probes, metadata and keys, which must not wait for the requests of clients. */
const RESERVED_CONNECTIONS = 4

/**
 * Connections stay open for the next cache miss; one that the server has closed meanwhile costs the one retry. The time-outs of
 * undici are off: they limit pauses between chunks, and a reply that trickles has no pause. One deadline covers the exchange.
 */
export const CONNECTION_SETTINGS = {
  connections: CONNECTIONS_FOR_TOKENS + RESERVED_CONNECTIONS,
  keepAliveTimeout: 30_000,
  headersTimeout: 0,
  bodyTimeout: 0
} as const

export interface ExchangeRequest {
  readonly origin: string
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Makes the request for the retry, where something in it is accepted once. Absent: the same one is sent again. */
  readonly again?: (() => Promise<ExchangeRequest>) | undefined
}

export interface ExchangeReply {
  readonly status: number
  readonly contentType: string | undefined
  readonly retryAfter: string | undefined
  /** `WWW-Authenticate`, as far as there is one. */
  readonly challenge?: string | undefined
  readonly body: Uint8Array
}

/**
 * @param timeoutMs covers everything: waiting for a connection, the retry, the last byte
 * @throws AuthorizationServerUnavailable (as a rejected promise) when no whole reply arrived; any HTTP status is a reply
 */
export type Exchange = (request: ExchangeRequest, timeoutMs: number) => Promise<ExchangeReply>

export interface Exchanger {
  readonly exchange: Exchange
  /** Waits for exchanges in flight. */
  readonly close: () => Promise<void>
}

/** @param dispatcher replaces the connection pools, and is not closed by `close` */
export function createExchanger (clock: Clock, dispatcher?: Dispatcher): Exchanger {
  const pools = new Map<string, Pool>()

  async function openPool (origin: string): Promise<Pool> {
    // Loaded late for a faster start: docs/performance.md#late-loading
    const { Pool } = await import('undici')
    let pool = pools.get(origin)
    if (pool === undefined) {
      pool = new Pool(origin, CONNECTION_SETTINGS)
      pools.set(origin, pool)
    }
    return pool
  }

  return {
    exchange (request, timeoutMs) {
      const through = dispatcher ?? pools.get(request.origin)
      if (through !== undefined) return exchangeThrough(through, request, timeoutMs)
      const endAtMs = clock.monotonicMs() + timeoutMs
      return openPool(request.origin).then(pool => exchangeThrough(pool, request, endAtMs - clock.monotonicMs()))
    },
    close: async () => { await Promise.all([...pools.values()].map(pool => pool.close())) }
  }
}

function exchangeThrough (dispatcher: Dispatcher, request: ExchangeRequest, timeoutMs: number): Promise<ExchangeReply> {
  // A request whose deadline has passed must not be sent.
  if (timeoutMs <= 0) return Promise.reject(new AuthorizationServerUnavailable('timeout', 'no time left'))
  return new Promise((resolve, reject) => {
    new ReplyCollector(dispatcher, request, resolve, reject).start(timeoutMs)
  })
}

/** undici's handler interface: `request()` of undici bounds neither the size of a reply nor the whole time. */
class ReplyCollector implements Dispatcher.DispatchHandler {
  readonly #dispatcher: Dispatcher
  #request: ExchangeRequest
  readonly #resolve: (reply: ExchangeReply) => void
  readonly #reject: (failure: AuthorizationServerUnavailable) => void
  #chunks: Uint8Array[] = []
  #size = 0
  #status = 0
  #contentType: string | undefined
  #retryAfter: string | undefined
  #challenge: string | undefined
  #controller: Dispatcher.DispatchController | undefined
  #timer: NodeJS.Timeout | undefined
  #retried = false
  #failure: AuthorizationServerUnavailable | undefined

  constructor (
    dispatcher: Dispatcher,
    request: ExchangeRequest,
    resolve: (reply: ExchangeReply) => void,
    reject: (failure: AuthorizationServerUnavailable) => void
  ) {
    this.#dispatcher = dispatcher
    this.#request = request
    this.#resolve = resolve
    this.#reject = reject
  }

  start (timeoutMs: number): void {
    this.#timer = setTimeout(() => { this.#fail('timeout', 'no whole reply in time') }, timeoutMs).unref()
    this.#dispatch()
  }

  #dispatch (): void {
    try {
      this.#dispatcher.dispatch(this.#request, this)
    } catch (failure) {
      this.onResponseError(undefined, failure)
    }
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // The deadline passed while the request waited for a connection: it must not be sent any more.
    if (this.#failure !== undefined) controller.abort(this.#failure)
  }

  onResponseStart (
    _controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>
  ): void {
    this.#status = status
    this.#contentType = firstOf(headers['content-type'])
    this.#retryAfter = firstOf(headers['retry-after'])
    this.#challenge = allOf(headers['www-authenticate'])
    if (Number(firstOf(headers['content-length']) ?? 0) > MAX_BODY_BYTES) this.#fail('too-large', 'announced body too large')
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    if (this.#size > MAX_BODY_BYTES) this.#fail('too-large', 'body too large')
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    clearTimeout(this.#timer)
    this.#resolve({
      status: this.#status, contentType: this.#contentType, retryAfter: this.#retryAfter, challenge: this.#challenge, body: this.#body()
    })
  }

  onResponseError (_controller: Dispatcher.DispatchController | undefined, failure: unknown): void {
    if (this.#failure !== undefined) return
    const [reason, detail] = classify(failure)
    // Introspection and metadata requests can be repeated safely, and the server may have closed a kept-alive connection.
    if (reason !== 'connection-dropped' || this.#retried) return this.#fail(reason, detail)
    this.#retried = true
    this.#chunks = []
    this.#size = 0
    this.#controller = undefined
    const { again } = this.#request
    // undici is still cleaning up the connection in this tick.
    if (again === undefined) queueMicrotask(() => { this.#dispatch() })
    else this.#dispatchAnother(again)
  }

  #dispatchAnother (again: () => Promise<ExchangeRequest>): void {
    again().then(
      request => {
        this.#request = request
        // The deadline may have passed meanwhile.
        if (this.#failure === undefined) this.#dispatch()
      },
      () => { this.#fail('connection-dropped', 'the request could not be made again') }
    )
  }

  #body (): Uint8Array {
    const [only, second] = this.#chunks
    return only !== undefined && second === undefined ? only : Buffer.concat(this.#chunks)
  }

  #fail (reason: UnavailabilityCause, detail: string): void {
    clearTimeout(this.#timer)
    this.#failure = new AuthorizationServerUnavailable(reason, detail)
    this.#reject(this.#failure)
    this.#controller?.abort(this.#failure)
  }
}

function firstOf (value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function allOf (value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

/** By error code only: messages and other properties of these errors can hold what the other side sent. */
function classify (failure: unknown): [UnavailabilityCause, string] {
  if (failure instanceof Error && failure.name === 'HTTPParserError') return ['unparseable', 'the reply is not HTTP']
  const stated = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
  const code = /^[A-Z][A-Z0-9_]{0,60}$/.test(stated) ? stated : 'unknown'
  return [causeOf(code), `transport error ${code}`]
}

function causeOf (code: string): UnavailabilityCause {
  switch (code) {
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection-dropped'
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'timeout'
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'too-large'
    default:
      return 'unreachable'
  }
}
