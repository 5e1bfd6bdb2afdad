// Everything that a request must pass before its body is read, in this order: limits, Origin, authentication, limits of the person.
// docs/architecture.md gives the reasons.

import type { FastifyInstance } from 'fastify'
import type { Tracing } from '../../kernel/tracing.ts'
import { createAuthenticationHook, type AuthenticationHookOptions } from './authentication-hook.ts'
import { decorateCallState } from './call-state.ts'
import type { OriginSet } from './cors.ts'
import { createOriginHook } from './origin-hook.ts'
import type { LimitHooks, RequestHook } from './request-hook.ts'
import { createTraceHook } from './request-span.ts'

export interface GuardOptions extends AuthenticationHookOptions {
  readonly allowedOrigins: OriginSet
  readonly limits: LimitHooks
  /** Absent: requests get no span. */
  readonly tracing?: Tracing | undefined
}

/** @returns the `onRequest` hooks for routes of this scope */
export function createGuard (scope: FastifyInstance, { allowedOrigins, limits, tracing, ...authentication }: GuardOptions): RequestHook[] {
  decorateCallState(scope)
  const trace = tracing === undefined ? [] : [createTraceHook(tracing)]
  const origin = createOriginHook(allowedOrigins)
  const authenticate = createAuthenticationHook(authentication)
  return [...trace, ...limits.beforeAuthentication, origin, authenticate, ...limits.afterAuthentication]
}
