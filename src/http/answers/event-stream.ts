// A reply as a stream of server-sent events (MCP Streamable HTTP), opened by the first notification or comment. Headers that hooks have
// set, such as those of CORS, are written too; when the client disconnects, the call of the tool is cancelled.

import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Cancellation } from '../../kernel/cancellation.ts'
import type { ReplyChannel } from '../../mcp/reply-channel.ts'

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#receiving-messages */
export class StreamingChannel implements ReplyChannel {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  #cancellation: Cancellation | undefined
  #opened = false
  #closed = false
  #writes = 0

  constructor (request: FastifyRequest, reply: FastifyReply) {
    this.#request = request
    this.#reply = reply
  }

  /** How often something was written. */
  get writes (): number {
    return this.#writes
  }

  /** True once a notification or a comment was sent before the answer. */
  get opened (): boolean {
    return this.#opened
  }

  acceptsStream (): boolean {
    return this.#request.headers.accept?.includes('text/event-stream') ?? false
  }

  cancellation (): Cancellation {
    if (this.#cancellation === undefined) {
      const cancellation = this.#cancellation = new Cancellation()
      const { raw } = this.#reply
      const abort = (): void => { if (!raw.writableFinished) cancellation.abort() }
      // The client may have disconnected while the token was checked: `close` is not emitted twice.
      if (raw.destroyed) abort()
      else raw.once('close', abort)
    }
    return this.#cancellation
  }

  notify (json: string): void {
    this.#write(`event: message\ndata: ${json}\n\n`)
  }

  /** Says nothing to a reader of events. Left out for a caller that takes no stream. */
  comment (): void {
    if (this.acceptsStream()) this.#write(': still running\n\n')
  }

  #write (text: string): void {
    const { raw } = this.#reply
    if (this.#closed || raw.destroyed) return
    if (!this.#opened) this.#open()
    this.#writes += 1
    raw.write(text)
  }

  /** Sends the last message and ends the stream. */
  end (json: string): void {
    this.notify(json)
    this.#closed = true
    this.#reply.raw.end()
  }

  /** The answer is sent without a stream: later notifications of the tool are dropped. */
  close (): void {
    this.#closed = true
  }

  #open (): void {
    this.#opened = true
    this.#reply.hijack()
    const earlier = this.#reply.getHeaders() as OutgoingHttpHeaders
    this.#reply.raw.writeHead(200, {
      ...earlier,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no'
    })
  }
}
