// What the gateway knows of a request once it is authenticated, as a decorator of Fastify's request. Its name is a symbol, so that it
// cannot collide with a decorator of the host: https://fastify.dev/docs/latest/Reference/Decorators/

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { VerifiedGrant } from '../../auth/grant.ts'
import type { Possession } from '../../auth/possession/possession.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'
import type { RequestHook } from './request-hook.ts'

export interface CallState {
  /** When the headers arrived, in milliseconds of the monotonic clock. */
  readonly startedMs: number
  /**
   * A moment at which the whole request was there, on the same clock; the grant was judged after it.
   * `undefined`: the grant was judged before the body was complete, or this is not known.
   */
  readonly wholeSinceMs: number | undefined
  readonly token: PresentedToken
  /** The proof of possession that came with the token; absent: none. */
  readonly possession?: Possession | undefined
  readonly grant: VerifiedGrant
  readonly authenticatedMs: number
  /** On a route of the host: judges the request when its body is complete. */
  readonly whenComplete?: RequestHook
}

const CALL_STATE: unique symbol = Symbol('mcp-resource-gateway.call')

declare module 'fastify' {
  interface FastifyRequest { [CALL_STATE]?: CallState | null }
}

/** Call it before routes that authenticate are registered. */
export function decorateCallState (instance: FastifyInstance): void {
  if (!instance.hasRequestDecorator(CALL_STATE)) instance.decorateRequest(CALL_STATE, null)
}

export function setCallState (request: FastifyRequest, state: CallState): void {
  request[CALL_STATE] = state
}

/** `undefined` for a request that has not passed authentication: it may only be refused. */
export function callState (request: FastifyRequest): CallState | undefined {
  return request[CALL_STATE] ?? undefined
}
