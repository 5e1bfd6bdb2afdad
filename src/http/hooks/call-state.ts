// What does the gateway know of the request in hand? Kept under a symbol, so that it meets no decoration of the host's.

import type { FastifyRequest } from 'fastify'
import type { VerifiedGrant } from '../../auth/grant.ts'
import type { Possession } from '../../auth/possession/possession.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'

export interface CallState {
  /** When the request arrived, on the clock that never jumps. */
  readonly startedMs: number
  readonly token: PresentedToken
  /** What was shown beside the token; absent: nothing. */
  readonly possession?: Possession | undefined
  readonly grant: VerifiedGrant
  readonly authenticatedMs: number
}

const STATE = Symbol('mcp-resource-gateway.call')

interface WithState { [STATE]: CallState | null }

export const CALL_STATE: typeof STATE = STATE

export function setCallState (request: FastifyRequest, state: CallState): void {
  (request as unknown as WithState)[STATE] = state
}

/** `undefined` for a request that did not pass authentication: nothing may then be answered but a refusal. */
export function callState (request: FastifyRequest): CallState | undefined {
  return (request as unknown as WithState)[STATE] ?? undefined
}
