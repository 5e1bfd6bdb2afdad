// Begins the notes of a request for those who look on, if there is a viewer. Registered only where the console is enabled; without
// a viewer a request costs one comparison.

import type { FastifyRequest } from 'fastify'
import type { RequestWatch } from '../../mcp/request-watch.ts'
import { setNotes } from '../decisions/request-notes.ts'
import type { RequestHook } from './request-hook.ts'

export function createWatchHook (watch: RequestWatch): RequestHook {
  return function beginNotes (request, reply, done) {
    if (watch.watched) begin(request, reply.raw)
    done()
  }

  function begin (request: FastifyRequest, response: Parameters<RequestHook>[1]['raw']): void {
    const notes = watch.begin()
    if (notes === undefined) return
    setNotes(request, notes)
    // Not Fastify's onResponse: a streamed reply is hijacked.
    response.once('close', () => {
      const challenge = response.getHeader('www-authenticate')
      notes.ended(challenge === undefined ? undefined : String(challenge), !response.writableFinished)
    })
  }
}
