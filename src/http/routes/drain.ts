// The drain of a process that is about to end: `/ready` answers 503 first; then new requests get 503 on connections that close, while
// accepted requests are answered. `/health` still answers 200: the process is alive.

import type { FastifyInstance } from 'fastify'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import type { ReadinessCheck } from './health-routes.ts'
import { NO_STORE } from '../answers/http-answer.ts'
import { sendAnswer } from '../answers/send.ts'

export interface Drain {
  /** `/ready` answers 503; everything else is served as before. */
  readonly announce: () => void
  /** New requests are refused. */
  readonly begin: () => void
  readonly state: () => 'serving' | 'announced' | 'draining'
}

/** Short, because another replica can answer at once. */
const RETRY_AFTER_SECONDS = 1
const PROBES: ReadonlySet<string> = new Set(['/health', '/ready'])

const ANSWER = {
  status: 503,
  headers: { ...NO_STORE, 'retry-after': String(RETRY_AFTER_SECONDS), connection: 'close' },
  // JSON-RPC on every route: the answer has one purpose, and other clients read the status.
  body: errorBody({
    code: RPC.unavailable,
    message: `The gateway is ending. Try again in ${RETRY_AFTER_SECONDS} second with the same access token.`,
    data: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    id: undefined
  })
}

export function createDrain (): Drain {
  let state: ReturnType<Drain['state']> = 'serving'
  return {
    announce: () => { if (state === 'serving') state = 'announced' },
    begin: () => { state = 'draining' },
    state: () => state
  }
}

/** For `/ready`. */
export function acceptsRequests (drain: Drain): ReadinessCheck {
  return {
    name: 'accepting-requests',
    check: () => drain.state() === 'serving' ? Promise.resolve() : Promise.reject(new Error('the process is about to end'))
  }
}

/**
 * Call it before routes are registered: a hook applies to routes that are registered after it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4
 */
export function refuseWhileDraining (instance: FastifyInstance, drain: Drain): void {
  instance.addHook('onRequest', function refuseNewRequests (request, reply, done) {
    if (drain.state() !== 'draining' || PROBES.has(request.url)) return done()
    sendAnswer(reply, ANSWER)
  })
}
