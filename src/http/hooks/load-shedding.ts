// Load shedding: while the event loop is delayed too much, new requests to the endpoint get 503 before any work is done for them. Health,
// metadata and documents still answer.

import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { NO_STORE, type HttpAnswer } from '../answers/http-answer.ts'
import type { RequestHook } from './request-hook.ts'
import { sendAnswer } from '../answers/send.ts'

const RETRY_AFTER_SECONDS = 2

const ANSWER: HttpAnswer = {
  status: 503,
  headers: { ...NO_STORE, 'retry-after': String(RETRY_AFTER_SECONDS) },
  body: errorBody({
    code: RPC.unavailable,
    message: `The gateway is overloaded. Try again in ${RETRY_AFTER_SECONDS} seconds with the same access token.`,
    data: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    id: undefined
  })
}

/** @param maxEventLoopDelayMs 0: no request is refused */
export async function createLoadShedding (instance: FastifyInstance, maxEventLoopDelayMs: number): Promise<readonly RequestHook[]> {
  // A host that uses @fastify/under-pressure protects our routes too.
  if (maxEventLoopDelayMs === 0 || instance.hasDecorator('isUnderPressure')) return []
  await instance.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    // The plugin's own hook would refuse `/health` too, and without CORS headers.
    pressureHandler: () => {}
  })
  return [function shedLoad (request, reply, done) {
    if (!instance.isUnderPressure()) return done()
    publishRefusal(request, { reason: 'overloaded', status: ANSWER.status, durationMs: reply.elapsedTime })
    sendAnswer(reply, ANSWER)
  }]
}
