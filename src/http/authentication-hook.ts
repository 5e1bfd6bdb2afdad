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
import { logFault, logRejection } from './decision-log.ts'
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

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

const TOKEN_IN_QUERY: Rejection = { kind: 'malformed-credentials', problem: 'token-in-query' }

export function createAuthenticationHook ({ authenticator, rejections, tellOperator, clock }: AuthenticationHookOptions): Hook {
  return function authenticate (request, reply, done) {
    const receivedAt = clock.now()
    const startedMs = clock.monotonicMs()

    function refuse (rejection: Rejection, token: PresentedToken | undefined): void {
      const answer = rejections.answer(rejection)
      logRejection(request.log, rejection, answer.status, token?.fingerprint, clock.monotonicMs() - startedMs)
      if (rejection.kind === 'invalid-token') tellOperator(request.log, rejection.problem)
      sendAnswer(reply, answer)
    }

    function settle (token: PresentedToken, authentication: Authentication): void {
      if (!authentication.ok) return refuse(authentication.error, token)
      setCallState(request, { receivedAt, startedMs, token, grant: authentication.value, authenticatedMs: clock.monotonicMs() })
      done()
    }

    function fail (error: unknown): void {
      const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'authentication failed', { cause: error })
      logFault(request.log, fault)
      sendAnswer(reply, faultAnswer(fault, undefined))
    }

    try {
      if (hasTokenInQuery(request.raw.url ?? '')) return refuse(TOKEN_IN_QUERY, undefined)
      const presented = parseBearer(authorizationFields(request.raw))
      if (!presented.ok) return refuse(presented.error, undefined)
      const token = presented.value
      const authentication = authenticator.authenticate(token)
      if (authentication instanceof Promise) authentication.then(settled => settle(token, settled)).catch(fail)
      else settle(token, authentication)
    } catch (error) {
      fail(error)
    }
  }
}
