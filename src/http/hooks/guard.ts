// Everything that a request must pass before its body is read, in this order: limits, Origin, authentication, limits of the person,
// one use of a proof; and what is judged once more when a body came late. docs/architecture.md gives the reasons.

import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import type { Tracing } from '../../kernel/tracing.ts'
import { createAuthenticationHook, type AuthenticationHookOptions } from './authentication-hook.ts'
import { callState, decorateCallState } from './call-state.ts'
import type { OriginSet } from './cors.ts'
import { createLateRequestHook } from './late-request.ts'
import { createOriginHook } from './origin-hook.ts'
import { createProofRedemption } from './proof-redemption.ts'
import type { RequestWatch } from '../../mcp/request-watch.ts'
import type { LimitHooks, RequestHook } from './request-hook.ts'
import { createTraceHook } from './request-span.ts'
import { createTokenRefusals } from './token-refusals.ts'
import { createWatchHook } from './watch-hook.ts'

/** The time for which limits count: a request that was held open for longer is counted once more when it is complete. */
const COUNTED_FOR_MS = 60_000

export interface GuardOptions extends AuthenticationHookOptions {
  readonly allowedOrigins: OriginSet
  readonly limits: LimitHooks
  /** Absent: requests get no span. */
  readonly tracing?: Tracing | undefined
  /** Absent: requests cannot be watched. */
  readonly watch?: RequestWatch | undefined
}

/** The hooks for the routes of a scope, by the names of Fastify. */
export interface Guard {
  readonly onRequest: RequestHook[]
  /** Runs when the body has been read and parsed. */
  readonly preValidation: RequestHook
}

export function createGuard (scope: FastifyInstance, { allowedOrigins, limits, tracing, watch, ...authentication }: GuardOptions): Guard {
  decorateCallState(scope)
  const { authenticator, senderProofs, clock } = authentication
  const refusals = createTokenRefusals(authentication)
  const trace = tracing === undefined ? [] : [createTraceHook(tracing)]
  const watching = watch === undefined ? [] : [createWatchHook(watch)]
  const origin = createOriginHook(allowedOrigins)
  const authenticate = createAuthenticationHook(authentication)
  const redeem = senderProofs?.dpop === undefined ? [] : [createProofRedemption({ dpop: senderProofs.dpop, refusals, clock })]
  const again = (hooks: readonly RequestHook[]) => hooks.map(hook => countedAgain(hook, clock))
  return {
    onRequest: [...watching, ...trace, ...limits.beforeAuthentication, origin, authenticate, ...limits.afterAuthentication, ...redeem],
    preValidation: createLateRequestHook({
      authenticator,
      clock,
      refusals,
      before: [...again(limits.beforeAuthentication), origin],
      after: again(limits.afterAuthentication)
    })
  }
}

/** Otherwise the requests of several minutes could be held open and run in one. */
function countedAgain (limit: RequestHook, clock: Clock): RequestHook {
  return function countAgain (request, reply, done) {
    const startedMs = callState(request)?.startedMs ?? -Infinity
    if (clock.monotonicMs() - startedMs >= COUNTED_FOR_MS) limit(request, reply, done)
    else done()
  }
}
