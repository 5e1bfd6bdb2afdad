// Load shedding: while the event loop is delayed too much, new requests to the endpoint get 503 before any work is done for them. Health,
// metadata and documents still answer. Not @fastify/under-pressure: its timer also reads the use of memory, which throws an uncaught
// exception when the process has no free descriptor, and ends the process.

import type { FastifyInstance } from 'fastify'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { NO_STORE, type HttpAnswer } from '../answers/http-answer.ts'
import type { RequestHook } from './request-hook.ts'
import { sendAnswer } from '../answers/send.ts'

const RETRY_AFTER_SECONDS = 2
const SAMPLE_MS = 1000
const RESOLUTION_MS = 10
const NANOSECONDS_PER_MS = 1e6

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
export function createLoadShedding (instance: FastifyInstance, maxEventLoopDelayMs: number): readonly RequestHook[] {
  // A host that uses @fastify/under-pressure protects our routes too.
  if (maxEventLoopDelayMs === 0 || instance.hasDecorator('isUnderPressure')) return []
  const delayMs = sampleDelay(instance)
  return [function shedLoad (request, reply, done) {
    if (delayMs() <= maxEventLoopDelayMs) return done()
    publishRefusal(request, { reason: 'overloaded', status: ANSWER.status, durationMs: reply.elapsedTime })
    sendAnswer(reply, ANSWER)
  }]
}

/** @returns the mean delay within the last whole second, in milliseconds */
function sampleDelay (instance: FastifyInstance): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  let delayMs = 0
  const timer = setInterval(() => {
    // Without a single sample the loop stood still for the whole time.
    delayMs = histogram.count === 0 ? Infinity : Math.max(0, histogram.mean / NANOSECONDS_PER_MS - RESOLUTION_MS)
    histogram.reset()
  }, SAMPLE_MS).unref()
  instance.addHook('onClose', (_instance, done) => {
    clearInterval(timer)
    histogram.disable()
    done()
  })
  return () => delayMs
}
