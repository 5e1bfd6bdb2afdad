// How does an answer become a stream? Headers that earlier hooks set (CORS among them) go along; the caller's going
// away aborts the work.

import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReplyChannel } from '../../mcp/reply-channel.ts'

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#receiving-messages */
export class StreamingChannel implements ReplyChannel {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  #controller: AbortController | undefined
  #opened = false
  #closed = false

  constructor (request: FastifyRequest, reply: FastifyReply) {
    this.#request = request
    this.#reply = reply
  }

  /** True once something has been sent ahead of the answer. */
  get opened (): boolean {
    return this.#opened
  }

  acceptsStream (): boolean {
    return this.#request.headers.accept?.includes('text/event-stream') ?? false
  }

  signal (): AbortSignal {
    if (this.#controller === undefined) {
      const controller = this.#controller = new AbortController()
      const { raw } = this.#reply
      const abort = (): void => { if (!raw.writableFinished) controller.abort() }
      // The caller may have gone while the token was being checked: no event comes a second time.
      if (raw.destroyed) abort()
      else raw.once('close', abort)
    }
    return this.#controller.signal
  }

  notify (json: string): void {
    const { raw } = this.#reply
    if (this.#closed || raw.destroyed) return
    if (!this.#opened) this.#open()
    raw.write(`event: message\ndata: ${json}\n\n`)
  }

  /** Sends the last message and ends the stream. */
  end (json: string): void {
    this.notify(json)
    this.#closed = true
    this.#reply.raw.end()
  }

  /** The answer goes out without a stream: a tool that is still talking is no longer heard. */
  close (): void {
    this.#closed = true
  }

  #open (): void {
    this.#opened = true
    this.#reply.hijack()
    const earlier = this.#reply.getHeaders() as OutgoingHttpHeaders
    this.#reply.raw.writeHead(200, { ...earlier, 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  }
}
