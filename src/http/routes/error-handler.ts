// The error handler of the gateway's routes: every error becomes a JSON-RPC error, or the plain form of one, is logged, and is never sent
// in Fastify's shape.

import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { faultAnswer } from '../answers/fault-answer.ts'
import { unreadableRequestAnswer } from '../answers/framework-error.ts'
import type { HttpAnswer } from '../answers/http-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { logFault } from '../decisions/fault-log.ts'
import { callState } from '../hooks/call-state.ts'

export function answerErrorsAsJsonRpc (instance: FastifyInstance, clock: Clock): void {
  answerErrors(instance, clock, answer => answer)
}

/** @param inForm writes the JSON-RPC error in the form of these routes */
export function answerErrors (instance: FastifyInstance, clock: Clock, inForm: (answer: HttpAnswer) => HttpAnswer): void {
  instance.setErrorHandler((error: FastifyError | GatewayError, request, reply) => {
    const refused = error instanceof GatewayError ? undefined : unreadableRequestAnswer(error)
    const answer = inForm(refused ?? answerFault(request, error))
    const state = callState(request)
    if (state !== undefined) {
      publishRefusal(request, {
        reason: refused === undefined ? 'fault' : 'unreadable-body',
        grant: state.grant,
        status: answer.status,
        durationMs: clock.monotonicMs() - state.startedMs
      })
    }
    return sendAnswer(reply, answer)
  })
}

function answerFault ({ log }: FastifyRequest, error: Error): HttpAnswer {
  const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'unexpected exception', { cause: error })
  logFault(log, fault)
  return faultAnswer(fault, undefined)
}
