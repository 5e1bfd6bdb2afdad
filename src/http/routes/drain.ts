// What is said while the process is about to end? `/ready` is red from the first moment; then new requests are refused on
// connections that close, while those that were accepted before are answered. Health still answers: the process is alive.

import type { FastifyInstance } from 'fastify'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import type { ReadinessCheck } from './health-routes.ts'
import { NO_STORE } from '../answers/http-answer.ts'
import { sendAnswer } from '../answers/send.ts'

export interface Drain {
  /** `/ready` is red; everything is served as before. */
  readonly announce: () => void
  /** New requests are refused. */
  readonly begin: () => void
  readonly state: () => 'serving' | 'announced' | 'draining'
}

/** Another replica answers at once. */
const RETRY_AFTER_SECONDS = 1
const PROBES: ReadonlySet<string> = new Set(['/health', '/ready'])

const ANSWER = {
  status: 503,
  headers: { ...NO_STORE, 'retry-after': String(RETRY_AFTER_SECONDS), connection: 'close' },
  // Its shape serves those who do not expect JSON-RPC as well: there is nothing else to say.
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
    check: () => drain.state() === 'serving' ? Promise.resolve() : Promise.reject(new Error('the process was told to end'))
  }
}

/**
 * Call it before routes are registered: a hook counts for those that come after it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4
 */
export function refuseWhileDraining (instance: FastifyInstance, drain: Drain): void {
  instance.addHook('onRequest', function refuseNewRequests (request, reply, done) {
    if (drain.state() !== 'draining' || PROBES.has(request.url)) return done()
    sendAnswer(reply, ANSWER)
  })
}
