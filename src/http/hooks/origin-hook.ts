// May a page of this origin call the endpoint? A request without `Origin` comes from no browser page and passes; any
// other must name a configured origin, byte for byte, `null` included. `Host` is not looked at: nothing depends on it.

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { RPC } from '../../mcp/protocol.ts'
import type { OriginSet } from './cors.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { refusal } from '../answers/framework-error.ts'
import { sendAnswer } from '../answers/send.ts'

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#security-&-endpoint */
export function createOriginHook (allowed: OriginSet): (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void {
  const answer = refusal(403, RPC.forbidden, 'This origin may not call the endpoint; the operator can add it to cors.allowedOrigins')
  return function checkOrigin (request, reply, done) {
    const { origin } = request.headers
    if (origin === undefined || allowed.has(origin)) return done()
    publishRefusal(request, { reason: 'origin-not-allowed', status: answer.status, durationMs: reply.elapsedTime })
    sendAnswer(reply, answer)
  }
}
