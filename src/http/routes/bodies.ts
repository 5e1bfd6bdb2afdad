// How is a request body read, and what is said when that fails? Bodies are JSON or refused; nothing that goes wrong is
// answered in the shape of a framework. It does not look at what the JSON says: see mcp/.

import type { FastifyError, FastifyInstance } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { callState } from '../hooks/call-state.ts'
import { logFault, logRefusal } from '../decisions/decision-log.ts'
import { CODED_BODY, frameworkErrorAnswer } from '../answers/framework-error.ts'
import { sendAnswer } from '../answers/send.ts'

export function useOwnBodiesAndErrors (instance: FastifyInstance, clock: Clock): void {
  const parseJson = instance.getDefaultJsonParser('error', 'error')
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    // Nothing is decompressed: what a small body grows to would have to be bounded once more.
    const { 'content-encoding': coding = 'identity' } = request.headers
    if (coding.toLowerCase() !== 'identity') return done(Object.assign(new Error(CODED_BODY), { code: CODED_BODY }))
    const parsing = parseJson(request, body, done)
    if (parsing instanceof Promise) parsing.catch(done)
  })

  instance.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = frameworkErrorAnswer(error)
    const failed = answer.status >= 500
    if (failed) logFault(request.log, error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'an exception that nothing foresaw', { cause: error }))
    const state = callState(request)
    if (state !== undefined) {
      logRefusal(request, {
        reason: failed ? 'fault' : 'unreadable-body',
        clientId: state.grant.clientId,
        tokenHash: state.grant.tokenFingerprint,
        status: answer.status,
        durationMs: clock.monotonicMs() - state.startedMs
      })
    }
    return sendAnswer(reply, answer)
  })
}
