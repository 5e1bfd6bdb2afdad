// How does the MCP endpoint answer? POST is authenticated, parsed, dispatched and answered; every other method is told
// so. The order is the one of docs/architecture.md: method, Origin, token, body, decision, tool.

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticator } from '../../auth/authentication.ts'
import type { Scheme } from '../../auth/possession/possession.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { Tracing } from '../../kernel/tracing.ts'
import { whenSettled } from '../../kernel/when-settled.ts'
import type { BeforeChange } from '../../mcp/decision-event.ts'
import type { DispatchContext, Dispatcher } from '../../mcp/dispatcher.ts'
import { RPC } from '../../mcp/protocol.ts'
import type { Answer, Reply } from '../../mcp/message-reply.ts'
import type { Addresses } from '../addresses.ts'
import { createAuthenticationHook } from '../hooks/authentication-hook.ts'
import { callState, type CallState } from '../hooks/call-state.ts'
import { endpointCors, registerWithCors, type CorsScope, type OriginSet } from '../hooks/cors.ts'
import { logDecision, logFault, logRefusal } from '../decisions/decision-log.ts'
import { denialAnswer, isRemediable, type DenialAnswerOptions } from '../answers/denial-answer.ts'
import { StreamingChannel } from '../answers/event-stream.ts'
import { faultAnswer } from '../answers/fault-answer.ts'
import { refusal } from '../answers/framework-error.ts'
import { JSON_TYPE, type HttpAnswer } from '../answers/http-answer.ts'
import { createOriginHook } from '../hooks/origin-hook.ts'
import type { WarnOperator } from '../decisions/operator-hints.ts'
import type { RejectionAnswers } from '../answers/rejection-answer.ts'
import type { LimitHooks } from '../hooks/request-hook.ts'
import { createTraceHook, inMessageSpan } from '../hooks/request-span.ts'
import { sendAnswer } from '../answers/send.ts'
import type { SenderProofs } from '../hooks/sender-proof.ts'

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
  /** Told before a tool runs that may change something. */
  readonly beforeChange: BeforeChange | undefined
  readonly tracing: Tracing | undefined
  readonly warnOperator: WarnOperator
  readonly clock: Clock
}

const ALLOW = 'POST, OPTIONS'
const RESULT_HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } as const

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
    const { headers } = request
    const context: DispatchContext = {
      grant: state.grant,
      receivedAtMonotonicMs: state.startedMs,
      reauthenticate: () => authenticator.authenticateLive(state.token, state.possession),
      beforeChange,
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
      : inMessageSpan(tracing, request, () => dispatcher.dispatch(request.body, context))
    if (!(answer instanceof Promise)) return finish(request, reply, state, channel, answer)
    whenSettled(answer, settled => { finish(request, reply, state, channel, settled) }, error => { reply.send(error) })
  }

  function finish (request: FastifyRequest, reply: FastifyReply, state: CallState, channel: StreamingChannel, { reply: outcome, record }: Answer): void {
    const contextId = outcome.kind === 'denied' && isRemediable(outcome.denial, options.denials) ? randomUUID() : undefined
    const answer = answerOf(outcome, options, contextId, state.possession?.scheme)
    if ('fault' in outcome) logFault(request.log, outcome.fault)
    if (outcome.kind === 'rejected' && outcome.rejection.kind === 'invalid-token') options.warnOperator(request.log, outcome.rejection.problem)
    logDecision(request, record, contextId, state.grant, answer.status, state.authenticatedMs - state.startedMs, clock.monotonicMs() - state.startedMs)
    send(reply, channel, answer)
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
      logRefusal(request, { reason: 'method-not-allowed', status: notAllowed.status, durationMs: reply.elapsedTime })
      sendAnswer(reply.header('allow', ALLOW), notAllowed)
    },
    handler: () => { throw new GatewayError('GW_INTERNAL', 'a method that is not allowed reached its handler') }
  })
}

function answerOf (outcome: Reply, { rejections, denials }: EndpointOptions, contextId: string | undefined, used: Scheme | undefined): HttpAnswer {
  switch (outcome.kind) {
    case 'accepted': return { status: 202, headers: {}, body: '' }
    case 'json': return { status: outcome.status, headers: RESULT_HEADERS, body: outcome.body }
    case 'denied': return denialAnswer(outcome.denial, outcome.id, denials, contextId, used)
    case 'rejected': return rejections.answer(outcome.rejection, outcome.scopes, used)
    case 'fault': return faultAnswer(outcome.fault, outcome.id)
  }
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
