// How does the MCP endpoint answer? POST is authenticated, parsed, dispatched and answered; every other method is told
// so. The order is the one of docs/architecture.md: method, Origin, token, body, decision, tool.

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticator } from '../../auth/authentication.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { Tracing } from '../../kernel/tracing.ts'
import type { BeforeChange } from '../../mcp/coming-change.ts'
import type { DecisionRecord } from '../../mcp/decision-record.ts'
import type { DispatchContext, Dispatcher } from '../../mcp/dispatcher.ts'
import { RPC } from '../../mcp/protocol.ts'
import type { Answer } from '../../mcp/message-reply.ts'
import type { Addresses } from '../addresses.ts'
import { createAuthenticationHook } from '../hooks/authentication-hook.ts'
import { callState, type CallState } from '../hooks/call-state.ts'
import { endpointCors, registerWithCors, type CorsScope, type OriginSet } from '../hooks/cors.ts'
import { publishDecision, publishRefusal } from '../decisions/decision-log.ts'
import { logFault } from '../decisions/fault-log.ts'
import { isRemediable, type DenialAnswerOptions } from '../answers/denial-answer.ts'
import { StreamingChannel } from '../answers/event-stream.ts'
import { refusal } from '../answers/framework-error.ts'
import type { HttpAnswer } from '../answers/http-answer.ts'
import { replyAnswer } from '../answers/reply-answer.ts'
import { createOriginHook } from '../hooks/origin-hook.ts'
import type { WarnOperator } from '../decisions/operator-hints.ts'
import type { RejectionAnswers } from '../answers/rejection-answer.ts'
import type { LimitHooks } from '../hooks/request-hook.ts'
import { createTraceHook, inMessageSpan } from '../hooks/request-span.ts'
import { sendAnswer } from '../answers/send.ts'
import type { SenderProofs } from '../hooks/sender-proof.ts'
import { authenticatedRecord } from './authenticated-record.ts'

export interface EndpointOptions {
  readonly addresses: Addresses
  readonly authenticator: Authenticator
  readonly dispatcher: Dispatcher
  readonly rejections: RejectionAnswers
  readonly senderProofs: SenderProofs | undefined
  readonly denials: DenialAnswerOptions
  readonly allowedOrigins: OriginSet
  readonly bodyLimitBytes: number
  readonly limits: LimitHooks
  /** Called before a tool runs that may change something. */
  readonly beforeChange: BeforeChange | undefined
  readonly tracing: Tracing | undefined
  readonly warnOperator: WarnOperator
  readonly clock: Clock
}

const ALLOW = 'POST, OPTIONS'

export function registerEndpoint (instance: FastifyInstance, options: EndpointOptions): Promise<void> {
  const { addresses: { endpointPath }, allowedOrigins } = options
  return registerWithCors(instance, endpointPath, endpointCors(allowedOrigins), scope => registerMethods(scope, options))
}

function registerMethods ({ instance, url, config }: CorsScope, options: EndpointOptions): void {
  const { authenticator, dispatcher, allowedOrigins, limits, beforeChange, tracing, clock } = options
  const checkOrigin = createOriginHook(allowedOrigins)

  function handle (request: FastifyRequest, reply: FastifyReply): void {
    const state = callState(request)
    if (state === undefined) throw new GatewayError('GW_INTERNAL', 'the endpoint was reached without authentication')
    const channel = new StreamingChannel(request, reply)
    const record = authenticatedRecord(state)
    const { headers } = request
    const context: DispatchContext = {
      grant: state.grant,
      receivedAtMonotonicMs: state.startedMs,
      reauthenticate: () => authenticator.authenticateLive(state.token, state.possession),
      beforeChange,
      record,
      headers: {
        protocolVersion: single(headers['mcp-protocol-version']),
        method: single(headers['mcp-method']),
        name: single(headers['mcp-name']),
        parameter: name => single(headers[name])
      },
      channel
    }
    const answer = tracing === undefined
      ? dispatcher.dispatch(request.body, context)
      : inMessageSpan(tracing, request, record, () => dispatcher.dispatch(request.body, context))
    if (!(answer instanceof Promise)) return finish(request, reply, state, channel, record, answer)
    answer.then(settled => { finish(request, reply, state, channel, record, settled) }).catch((error: unknown) => { reply.send(error) })
  }

  function finish (
    request: FastifyRequest, reply: FastifyReply, state: CallState, channel: StreamingChannel, record: DecisionRecord, answer: Answer
  ): void {
    const { reply: outcome } = answer
    if (outcome.kind === 'denial' && isRemediable(outcome.denial, options.denials)) record.contextId = randomUUID()
    const httpAnswer = replyAnswer(answer, options, record.contextId, state.possession?.scheme)
    if (outcome.kind === 'fault' || outcome.kind === 'failure') logFault(request.log, outcome.fault)
    if (outcome.kind === 'rejection' && outcome.rejection.kind === 'invalid-token') {
      options.warnOperator(request.log, outcome.rejection.problem)
    }
    record.status = httpAnswer.status
    record.durationMs = clock.monotonicMs() - state.startedMs
    if (request.raw.socket.destroyed) record.callerLeft = true
    publishDecision(request, record)
    send(reply, channel, httpAnswer)
  }

  instance.route({
    method: 'POST',
    url,
    config,
    bodyLimit: options.bodyLimitBytes,
    onRequest: [...(tracing === undefined ? [] : [createTraceHook(tracing)]), ...limits.beforeAuthentication, checkOrigin, createAuthenticationHook({ ...options, url: options.addresses.endpointUrl }), ...limits.afterAuthentication],
    handler: handle
  })

  // A preflight never gets to the handler.
  instance.route({
    method: 'OPTIONS',
    url,
    config,
    onRequest: checkOrigin,
    handler: (_request, reply) => reply.code(204).send()
  })

  const notAllowed = refusal(405, RPC.invalidRequest, 'Method not allowed: send JSON-RPC messages with POST')
  instance.route({
    method: instance.supportedMethods.filter(method => method !== 'POST' && method !== 'OPTIONS'),
    url,
    config,
    exposeHeadRoute: false,
    // Before the body is looked at, and before the token: the method is wrong for everyone.
    onRequest: (request, reply) => {
      publishRefusal(request, { reason: 'method-not-allowed', status: notAllowed.status, durationMs: reply.elapsedTime })
      sendAnswer(reply.header('allow', ALLOW), notAllowed)
    },
    handler: () => { throw new GatewayError('GW_INTERNAL', 'a method that is not allowed reached its handler') }
  })
}

/** Once a stream is open its status is 200 for good: what the answer says then travels as the last message. */
function send (reply: FastifyReply, channel: StreamingChannel, answer: HttpAnswer): void {
  if (channel.opened) return channel.end(answer.body.toString())
  channel.close()
  if (answer.body === '') reply.code(answer.status).send()
  else sendAnswer(reply, answer)
}

function single (value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
