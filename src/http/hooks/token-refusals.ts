// Refuses a request for its token, or because its token could not be judged: the answer, the record of the decision, and the hint for the
// operator. Used before the body and after it, so that both say the same.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Scheme } from '../../auth/possession/possession.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'
import type { Rejection } from '../../auth/rejection.ts'
import { rejectionReason } from '../../auth/rejection-reason.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { faultAnswer } from '../answers/fault-answer.ts'
import type { RejectionAnswers } from '../answers/rejection-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { logFault } from '../decisions/fault-log.ts'
import type { WarnOperator } from '../decisions/operator-hints.ts'

/** A request that is refused. */
export interface Refused {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** When the headers arrived, on the monotonic clock. */
  readonly startedMs: number
}

export interface TokenRefusals {
  /** @param used the scheme whose challenge carries the error */
  readonly refuse: (refused: Refused, rejection: Rejection, used?: Scheme, token?: PresentedToken) => void
  /** An outage is 503, every other exception 500: neither is a verdict about the token. */
  readonly fail: (refused: Refused, error: unknown, token?: PresentedToken) => void
}

export interface TokenRefusalOptions {
  readonly rejections: RejectionAnswers
  readonly warnOperator: WarnOperator
  readonly clock: Clock
}

export function createTokenRefusals ({ rejections, warnOperator, clock }: TokenRefusalOptions): TokenRefusals {
  return {
    refuse ({ request, reply, startedMs }, rejection, used, token) {
      const answer = rejections.answer(rejection, undefined, used)
      const durationMs = clock.monotonicMs() - startedMs
      const reason = rejectionReason(rejection)
      publishRefusal(request, { reason, rejection, tokenHash: token?.fingerprint, status: answer.status, durationMs })
      if (rejection.kind === 'invalid-token') warnOperator(request.log, rejection.problem, token)
      sendAnswer(reply, answer)
    },
    fail ({ request, reply, startedMs }, error, token) {
      const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'authentication failed', { cause: error })
      const answer = faultAnswer(fault, undefined)
      const durationMs = clock.monotonicMs() - startedMs
      logFault(request.log, fault)
      publishRefusal(request, { reason: 'fault', remark: fault.code, tokenHash: token?.fingerprint, status: answer.status, durationMs })
      sendAnswer(reply, answer)
    }
  }
}
