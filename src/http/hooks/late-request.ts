// Judges a request when its body is complete, since everything before was decided at its headers: `exp` always, and everything once more
// where the body came later. So revocation and expiry count from the last byte: docs/threat-model.md#revocation

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { Authentication, Authenticator } from '../../auth/authentication.ts'
import type { VerifiedGrant } from '../../auth/grant.ts'
import type { Rejection } from '../../auth/rejection.ts'
import type { Clock } from '../../kernel/clock.ts'
import { callState, setCallState, type CallState } from './call-state.ts'
import type { RequestHook } from './request-hook.ts'
import type { TokenRefusals } from './token-refusals.ts'

/** A cached answer that was used this long ago is not looked up again. Most bodies take less. */
const MOMENT_MS = 5

const EXPIRED: Rejection = { kind: 'invalid-token', problem: { kind: 'expired' } }
const PROOF_TOO_OLD: Rejection = { kind: 'invalid-proof', problem: 'time' }

export interface LateRequestOptions {
  readonly authenticator: Authenticator
  readonly refusals: TokenRefusals
  readonly clock: Clock
  /** Checks to repeat before the token is judged again. */
  readonly before?: readonly RequestHook[]
  /** Checks to repeat afterwards. */
  readonly after?: readonly RequestHook[]
}

/** @returns a hook for after the body: it calls `done` with a grant that is good at that moment, or refuses the request */
export function createLateRequestHook ({ authenticator, refusals, clock, before = [], after = [] }: LateRequestOptions): RequestHook {
  function judge (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const state = callState(request)
    if (state === undefined) return done()
    const { token, possession, grant, startedMs } = state
    const refused = { request, reply, startedMs }
    const arrivedMs = clock.monotonicMs()
    const isLate = state.wholeSinceMs === undefined && arrivedMs - startedMs > MOMENT_MS
    if (!isLate) {
      if (!isExpired(grant, clock)) return done()
      return refusals.refuse(refused, EXPIRED, possession?.scheme, token)
    }
    const proof = possession?.proof
    if (proof !== undefined && proof.expiresAtMs < clock.now()) return refusals.refuse(refused, PROOF_TOO_OLD, possession?.scheme, token)
    inOrder(before, request, reply, () => {
      const settle = (authentication: Authentication): void => {
        if (!authentication.ok) return refusals.refuse(refused, authentication.error, possession?.scheme, token)
        setCallState(request, { ...state, grant: authentication.value, wholeSinceMs: arrivedMs })
        inOrder(after, request, reply, done)
      }
      authenticateAgain(state, settle, (error: unknown) => { refusals.fail(refused, error, token) })
    })
  }

  function authenticateAgain (
    { token, possession }: CallState, settle: (authentication: Authentication) => void, fail: (error: unknown) => void
  ): void {
    try {
      const authentication = authenticator.authenticateAgain(token, possession)
      if (authentication instanceof Promise) authentication.then(settle).catch(fail)
      else settle(authentication)
    } catch (error) {
      fail(error)
    }
  }

  return judge
}

function isExpired ({ expiresAt }: VerifiedGrant, clock: Clock): boolean {
  return expiresAt !== undefined && clock.now() >= expiresAt * 1000
}

/** Each hook calls the next one, or answers the request. */
function inOrder (hooks: readonly RequestHook[], request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const [first, ...others] = hooks
  if (first === undefined) return done()
  first(request, reply, () => { inOrder(others, request, reply, done) })
}
