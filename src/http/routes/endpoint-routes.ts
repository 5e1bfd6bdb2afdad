// The MCP endpoint. A POST is authenticated, parsed, dispatched and answered; every other method gets 405. The order of all steps is
// in docs/architecture.md: method, Origin, token, body, decision, tool.

import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Delegation } from '../../auth/delegation/delegation.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { BeforeChange } from '../../mcp/coming-change.ts'
import type { DecisionRecord } from '../../mcp/decision-record.ts'
import type { DispatchContext, Dispatcher } from '../../mcp/dispatcher.ts'
import { RPC } from '../../mcp/protocol.ts'
import type { Answer } from '../../mcp/message-reply.ts'
import type { Addresses } from '../addresses.ts'
import { callState, type CallState } from '../hooks/call-state.ts'
import { answerOptions, endpointCors, useCors } from '../hooks/cors.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { notesOf } from '../decisions/request-notes.ts'
import type { DenialAnswerOptions } from '../answers/denial-answer.ts'
import { StreamingChannel } from '../answers/event-stream.ts'
import { refusal } from '../answers/framework-error.ts'
import type { HttpAnswer } from '../answers/http-answer.ts'
import { KeepAlive, type AwaitedCall } from '../answers/keep-alive.ts'
import { replyAnswer } from '../answers/reply-answer.ts'
import { createOriginHook } from '../hooks/origin-hook.ts'
import { createGuard, type GuardOptions } from '../hooks/guard.ts'
import { inMessageSpan } from '../hooks/request-span.ts'
import type { RequestHook } from '../hooks/request-hook.ts'
import { createWatchHook } from '../hooks/watch-hook.ts'
import { languageOfPage, sendPage, wantsPage } from '../answers/page-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import { frontPage, type FrontEndpoint } from '../pages/front-page.ts'
import { PAGE_HEADERS } from '../pages/html.ts'
import { authenticatedRecord } from './authenticated-record.ts'
import { concludeCall } from './concluded-call.ts'

export interface EndpointOptions extends Omit<GuardOptions, 'url'> {
  readonly addresses: Addresses
  /** For a person who opens the endpoint in a browser. */
  readonly front: FrontEndpoint
  readonly dispatcher: Dispatcher
  readonly denials: DenialAnswerOptions
  readonly delegation: Pick<Delegation, 'delegate'>
  readonly bodyLimitBytes: number
  /** After so many milliseconds without a word a running call gets a comment; read at each look. 0: never. */
  readonly streamSilenceMs: () => number
  /** Called before a tool runs that may change something. */
  readonly beforeChange: BeforeChange | undefined
}

const ALLOW = 'POST, OPTIONS'

export async function registerEndpoint (instance: FastifyInstance, options: EndpointOptions): Promise<void> {
  const { addresses: { endpointPath, endpointUrl }, allowedOrigins, bodyLimitBytes } = options
  await instance.register(async scope => {
    const config = await useCors(scope, endpointCors(allowedOrigins))
    const keepAlive = new KeepAlive({ clock: options.clock, silenceMs: options.streamSilenceMs })
    scope.addHook('onClose', (_instance, done) => {
      keepAlive.close()
      done()
    })
    const guard = createGuard(scope, { ...options, url: endpointUrl })
    scope.route({ method: 'POST', url: '', config, bodyLimit: bodyLimitBytes, ...guard, handler: createHandler(options, keepAlive) })
    // A preflight of an allowed origin does not reach the handler.
    scope.options('', { config, onRequest: [createOriginHook(allowedOrigins), answerOptions] }, (_request, reply) => reply.code(204).send())
    refuseOtherMethods(scope, config, options.watch === undefined ? [] : [createWatchHook(options.watch)], options.front)
  }, { prefix: endpointPath })
}

function refuseOtherMethods (scope: FastifyInstance, config: FastifyContextConfig, before: RequestHook[], front: FrontEndpoint): void {
  const notAllowed = refusal(405, RPC.invalidRequest, 'Method not allowed: send JSON-RPC messages with POST')
  scope.route({
    method: scope.supportedMethods.filter(method => method !== 'POST' && method !== 'OPTIONS'),
    url: '',
    config,
    exposeHeadRoute: false,
    // Before the body and the token are read: the method is wrong for every caller.
    onRequest: [...before, (request, reply) => {
      publishRefusal(request, { reason: 'method-not-allowed', status: notAllowed.status, durationMs: reply.elapsedTime })
      reply.header('allow', ALLOW)
      if (wantsPage(request)) sendPage(reply, notAllowed.status, PAGE_HEADERS, frontPage('endpoint', [front], languageOfPage(request), ''))
      else sendAnswer(reply, notAllowed)
    }],
    handler: () => { throw new GatewayError('GW_INTERNAL', 'a method that is not allowed reached its handler') }
  })
}

function createHandler (options: EndpointOptions, keepAlive: KeepAlive): (request: FastifyRequest, reply: FastifyReply) => void {
  const { authenticator, delegation, dispatcher, beforeChange, tracing, clock } = options

  function handle (request: FastifyRequest, reply: FastifyReply): void {
    const state = callState(request)
    if (state === undefined) throw new GatewayError('GW_INTERNAL', 'the endpoint was reached without authentication')
    const channel = new StreamingChannel(request, reply)
    const record = authenticatedRecord(state)
    record.notes = notesOf(request)
    record.notes?.step('authenticated')
    const { headers } = request
    const { token, possession } = state
    const reauthenticate = () => authenticator.authenticateLive(token, possession)
    const context: DispatchContext = {
      grant: state.grant,
      // The body is complete here, and was not when a cached answer was found.
      receivedAtMonotonicMs: state.wholeSinceMs ?? clock.monotonicMs(),
      reauthenticate,
      delegate: (target, grant) => delegation.delegate({ token, grant, reauthenticate }, target),
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
    // A cached call is answered in the same tick.
    const answer = tracing === undefined
      ? dispatcher.dispatch(request.body, context)
      : inMessageSpan({ tracing, request, record, state, clock }, () => dispatcher.dispatch(request.body, context))
    if (!(answer instanceof Promise)) return finish(request, reply, state, channel, record, answer)
    const wait = keepAlive.await(new CallInWork(record, channel), state.startedMs)
    answer
      .then(settled => {
        keepAlive.forget(wait)
        finish(request, reply, state, channel, record, settled)
      })
      .catch((error: unknown) => {
        keepAlive.forget(wait)
        reply.send(error)
      })
  }

  function finish (
    request: FastifyRequest, reply: FastifyReply, state: CallState, channel: StreamingChannel, record: DecisionRecord, answer: Answer
  ): void {
    const { reply: outcome } = answer
    const httpAnswer = replyAnswer(answer, options, state.possession?.scheme)
    const fault = outcome.kind === 'failure' ? outcome.fault : answer.fault
    const rejection = outcome.kind === 'rejection' ? outcome.rejection : undefined
    concludeCall({ request, state, record, status: httpAnswer.status, fault, rejection }, options)
    send(reply, channel, httpAnswer)
  }

  return handle
}

class CallInWork implements AwaitedCall {
  readonly #record: DecisionRecord
  readonly #channel: StreamingChannel

  constructor (record: DecisionRecord, channel: StreamingChannel) {
    this.#record = record
    this.#channel = channel
  }

  isPermitted (): boolean { return this.#record.permit !== undefined }
  writes (): number { return this.#channel.writes }
  comment (): void { this.#channel.comment() }
}

/** An open stream has status 200 already: the answer is then sent as its last message. */
function send (reply: FastifyReply, channel: StreamingChannel, answer: HttpAnswer): void {
  if (channel.opened) return channel.end(answer.body.toString())
  channel.close()
  if (answer.body === '') reply.code(answer.status).send()
  else sendAnswer(reply, answer)
}

function single (value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
