// Which answer does this message get? One dispatcher for both eras; nothing is built per request that can be prepared.
// What it does not do: authenticate (auth/), decide (policy/), or speak HTTP (http/).

import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { Policy } from '../policy/policy.ts'
import { traceOf } from './decision-trace.ts'
import { parseEra, type Era } from './era.ts'
import { createExplainer } from './explain/explainer.ts'
import { metaOf, parseMessage, type Message } from './message.ts'
import type { MirroredHeaders } from './mirrored-headers.ts'
import { prepareResults, type ServerIdentity } from './prepared-results.ts'
import { checkParameterHeaders } from './parameter-headers.ts'
import { PROTOCOL_METHODS } from './protocol.ts'
import { headerMismatch, invalidParams, methodNotFound, type ProtocolError } from './protocol-error.ts'
import type { Registry } from './registry.ts'
import { ChannelledCall, type ReplyChannel } from './reply-channel.ts'
import { errorReply, preparedReply, resultReply, type Answer } from './message-reply.ts'
import type { RegisteredTool } from './registered-tool.ts'
import { contextIdOf, toolAnswer } from './tool-answer.ts'
import { isArgumentsObject, runTool, type Caller, type Run } from './tool-runner.ts'

type Request = Extract<Message, { kind: 'request' }>

export interface DispatcherOptions {
  readonly registry: Registry
  readonly policy: Policy
  readonly clock: Clock
  /** Whether an explanation says which details would be enough. */
  readonly remedies: boolean
  /** For which calls the log gets each check of the decision. */
  readonly decisionTrace: DecisionTraces
  readonly server: ServerIdentity
}

export type DecisionTraces = 'off' | 'denials' | 'all'

export interface DispatchContext extends Caller {
  readonly headers: MirroredHeaders
  readonly channel: ReplyChannel
}

export interface Dispatcher {
  /** Never throws, whatever the body is. A promise only where a tool runs. */
  readonly dispatch: (body: unknown, context: DispatchContext) => Answer | Promise<Answer>
}

export function createDispatcher ({ registry, policy, clock, remedies, decisionTrace, server }: DispatcherOptions): Dispatcher {
  const explainer = createExplainer({ registry, policy, clock, remedies })
  const prepared = prepareResults(registry, server)

  function dispatch (body: unknown, context: DispatchContext): Answer | Promise<Answer> {
    const parsed = parseMessage(body)
    if (!parsed.ok) return protocolAnswer(parsed.error, undefined, undefined)
    const message = parsed.value
    const era = parseEra(message, context.headers)
    if (!era.ok) return protocolAnswer(era.error, message, undefined)
    if (message.kind === 'notification') {
      return { reply: { kind: 'accepted' }, record: record(message, era.value, true, 'authenticated') }
    }
    return answerRequest(message, era.value, context)
  }

  function answerRequest (request: Request, era: Era, context: DispatchContext): Answer | Promise<Answer> {
    switch (request.method) {
      case 'initialize':
        if (era.kind === 'modern') break
        return plainAnswer(request, era, prepared.initialize(request.params['protocolVersion']))
      case 'ping':
        if (era.kind === 'modern') break
        return plainAnswer(request, era, '{}')
      case 'server/discover':
        if (era.kind === 'legacy') break
        return plainAnswer(request, era, prepared.discover)
      case 'tools/list':
        if (request.params['cursor'] !== undefined) {
          return protocolAnswer(invalidParams(200, 'the list has one page, "cursor" is not known', request.id), request, era)
        }
        return { reply: preparedReply(request.id, prepared.toolsList(era, context.grant)), record: record(request, era, true, 'authenticated') }
      case 'tools/call':
        return callTool(request, era, context)
    }
    return protocolAnswer(methodNotFound(era.kind === 'modern' ? 404 : 200, request.id), request, era)
  }

  function callTool (request: Request, era: Era, context: DispatchContext): Answer | Promise<Answer> {
    const { name, arguments: args } = request.params
    if (typeof name !== 'string') return protocolAnswer(invalidParams(200, '"name" must be a string', request.id), request, era)
    const found = registry.find(name, context.grant)
    if (found === undefined) return unknownTool(request, era)
    if (!isArgumentsObject(args)) return protocolAnswer(invalidParams(200, '"arguments" must be an object', request.id), request, era)
    const mismatch = era.kind === 'modern' ? checkParameterHeaders(found.mirroredParameters, args, context.headers.parameter) : undefined
    if (mismatch !== undefined) return protocolAnswer(headerMismatch(mismatch, request.id), request, era)
    return runAndAnswer(request, era, found, context)
  }

  /** Never rejects, so that nobody need wait for that. */
  function runAndAnswer (request: Request, era: Era, tool: RegisteredTool, context: DispatchContext): Promise<Answer> {
    const { grant, receivedAtMonotonicMs } = context
    const meta = metaOf(request.params)
    const call = new ChannelledCall(context.channel, meta, question => explainer(question, grant, receivedAtMonotonicMs))
    return runTool(tool, request.params['arguments'], context, policy, clock, call).then(run => {
      try {
        return answerOf(run, request, era, tool, contextIdOf(meta), receivedAtMonotonicMs)
      } catch (error) {
        return failed(error)
      }
    })
  }

  function answerOf ({ result, decided, permit }: Run, request: Request, era: Era, tool: RegisteredTool, retryOf: string | undefined, receivedAtMonotonicMs: number): Answer {
    const traced = decided !== undefined && (decisionTrace === 'all' || (decisionTrace === 'denials' && result.kind === 'denied'))
    const record = {
      method: request.method,
      tool: tool.name,
      version: era.version,
      retryOf,
      permit,
      decision: traced ? traceOf(policy.explain(decided.grant, decided.requirement, { now: clock.now(), receivedAtMonotonicMs })) : undefined
    }
    const answered = { id: request.id, scopes: tool.access.scopes, record, era, write: prepared.result, writeRelayed: prepared.relayed }
    try {
      return toolAnswer(result, answered)
    } catch (cause) {
      const fault = new GatewayError('GW_TOOL_FAILED', `${tool.name}: what it answered cannot be written as a result`, { cause })
      return toolAnswer({ kind: 'fault', fault }, answered)
    }
  }

  function unknownTool (request: Request, era: Era): Answer {
    const { reply } = protocolAnswer(invalidParams(200, 'unknown tool', request.id), request, era)
    return { reply, record: record(request, era, false, 'unknown-tool') }
  }

  return {
    dispatch (body, context) {
      try {
        return dispatch(body, context)
      } catch (error) {
        return failed(error)
      }
    }
  }
}

function failed (error: unknown): Answer {
  const fault = new GatewayError('GW_INTERNAL', 'the dispatcher failed', { cause: error })
  return { reply: { kind: 'fault', fault, id: undefined }, record: { method: undefined, tool: undefined, version: undefined, granted: false, reason: 'fault', remark: fault.code } }
}

/** What a client may write there is anything at all, and as long as a body. */
function loggedMethod ({ method }: Message): string {
  return PROTOCOL_METHODS.has(method) ? method : 'unknown'
}

function record (message: Message, era: Era, granted: boolean, reason: string): Answer['record'] {
  return { method: loggedMethod(message), tool: undefined, version: era.version, granted, reason }
}

function plainAnswer (request: Request, era: Era, resultJson: string): Answer {
  return { reply: resultReply(request.id, resultJson), record: record(request, era, true, 'authenticated') }
}

function protocolAnswer (error: ProtocolError, message: Message | undefined, era: Era | undefined): Answer {
  return {
    reply: errorReply(error),
    record: { method: message === undefined ? undefined : loggedMethod(message), tool: undefined, version: era?.version, granted: false, reason: 'protocol-error', remark: String(error.code) }
  }
}
