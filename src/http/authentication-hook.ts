// Is this request authenticated? A callback hook that runs before the body is read, so that a request without a good
// token costs no parsing. A cache hit is decided in the same tick.

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { Authentication, Authenticator } from '../auth/authentication.ts'
import { hasTokenInQuery, parseBearer } from '../auth/bearer.ts'
import type { PresentedToken } from '../auth/presented-token.ts'
import type { Rejection } from '../auth/rejection.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { setCallState } from './call-state.ts'
import { authorizationFields } from './credentials.ts'
import { logFault, logRefusal, reasonOf } from './decision-log.ts'
import { faultAnswer } from './fault-answer.ts'
import type { TellOperator } from './operator-hints.ts'
import type { RejectionAnswers } from './rejection-answer.ts'
import { sendAnswer } from './send.ts'

export interface AuthenticationHookOptions {
  readonly authenticator: Authenticator
  readonly rejections: RejectionAnswers
  readonly tellOperator: TellOperator
  readonly clock: Clock
}

interface Arrival { readonly token: PresentedToken, readonly startedMs: number }

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

const TOKEN_IN_QUERY: Rejection = { kind: 'malformed-credentials', problem: 'token-in-query' }

export function createAuthenticationHook ({ authenticator, rejections, tellOperator, clock }: AuthenticationHookOptions): Hook {
  return function authenticate (request, reply, done) {
    const startedMs = clock.monotonicMs()
    try {
      if (hasTokenInQuery(request.raw.url ?? '')) return refuse(request, reply, TOKEN_IN_QUERY, undefined, startedMs)
      const presented = parseBearer(authorizationFields(request.raw))
      if (!presented.ok) return refuse(request, reply, presented.error, undefined, startedMs)
      const arrival = { token: presented.value, startedMs }
      const authentication = authenticator.authenticate(presented.value)
      if (!(authentication instanceof Promise)) return settle(request, reply, done, arrival, authentication)
      authentication
        .then(settled => settle(request, reply, done, arrival, settled))
        .catch((error: unknown) => fail(request, reply, error, presented.value, startedMs))
    } catch (error) {
      fail(request, reply, error, undefined, startedMs)
    }
  }

  function settle (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction, arrival: Arrival, authentication: Authentication): void {
    const { token, startedMs } = arrival
    if (!authentication.ok) return refuse(request, reply, authentication.error, token, startedMs)
    setCallState(request, { startedMs, token, grant: authentication.value, authenticatedMs: clock.monotonicMs() })
    done()
  }

  function refuse (request: FastifyRequest, reply: FastifyReply, rejection: Rejection, token: PresentedToken | undefined, startedMs: number): void {
    const answer = rejections.answer(rejection)
    logRefusal(request, { reason: reasonOf(rejection), tokenHash: token?.fingerprint, status: answer.status, durationMs: clock.monotonicMs() - startedMs })
    if (rejection.kind === 'invalid-token') tellOperator(request.log, rejection.problem)
    sendAnswer(reply, answer)
  }

  function fail (request: FastifyRequest, reply: FastifyReply, error: unknown, token: PresentedToken | undefined, startedMs: number): void {
    const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'authentication failed', { cause: error })
    const answer = faultAnswer(fault, undefined)
    logFault(request.log, fault)
    logRefusal(request, { reason: 'fault', remark: fault.code, tokenHash: token?.fingerprint, status: answer.status, durationMs: clock.monotonicMs() - startedMs })
    sendAnswer(reply, answer)
  }
}
