// How does an answer become a stream? Headers that earlier hooks set (CORS among them) go along; the caller's going
// away aborts the work.

import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReplyChannel } from '../mcp/reply-channel.ts'

export interface StreamingChannel extends ReplyChannel {
  /** True once something has been sent ahead of the answer. */
  readonly opened: () => boolean
  /** Sends the last message and ends the stream. */
  readonly end: (json: string) => void
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#receiving-messages */
export function createChannel (request: FastifyRequest, reply: FastifyReply): StreamingChannel {
  let controller: AbortController | undefined
  let open = false

  function write (json: string): void {
    if (reply.raw.destroyed) return
    if (!open) {
      open = true
      reply.hijack()
      const earlier = reply.getHeaders() as OutgoingHttpHeaders
      reply.raw.writeHead(200, { ...earlier, 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    }
    reply.raw.write(`event: message\ndata: ${json}\n\n`)
  }

  return {
    acceptsStream: request.headers.accept?.includes('text/event-stream') ?? false,
    opened: () => open,
    notify: write,
    signal () {
      if (controller === undefined) {
        const created = controller = new AbortController()
        reply.raw.once('close', () => { if (!reply.raw.writableFinished) created.abort() })
      }
      return controller.signal
    },
    end (json) {
      write(json)
      reply.raw.end()
    }
  }
}
