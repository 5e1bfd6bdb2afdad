// Dispatches one JSON-RPC message of either era to its answer, and writes to the record of the request what was decided. Results that are
// the same for every request are prepared once: docs/performance.md#prepared-results.

import type { VerifiedGrant } from '../auth/grant.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { Denial } from '../policy/denial.ts'
import type { Policy } from '../policy/policy.ts'
import type { Agreement, AgreementAnswer } from './agreement.ts'
import { authorizeInSteps } from './authorize-in-steps.ts'
import { onLiveGrant, type Caller } from './call-authorization.ts'
import type { DeclaredExtensions } from './declared-extensions.ts'
import type { DecisionRecord } from './decision-record.ts'
import { delegateFor } from './delegated-call.ts'
import { parseEra, type Era } from './era.ts'
import { traceOf } from './explain/decision-trace.ts'
import { createExplainer, type Explainer } from './explain/explainer.ts'
import { isAbsent, metaOf, parseMessage, type Message } from './message.ts'
import { errorAnswer, preparedAnswer, resultAnswer, type Answer } from './message-reply.ts'
import type { MirroredHeaders } from './mirrored-headers.ts'
import { checkParameterHeaders } from './parameter-headers.ts'
import { prepareResults, type PreparedResults, type ServerIdentity } from './prepared-results.ts'
import { callOperation, type OperationCall, type OperationReply } from './operation-calls.ts'
import { PROTOCOL_METHODS } from './protocol.ts'
import { headerMismatch, invalidParams, methodNotFound, type ProtocolError } from './protocol-error.ts'
import type { RegisteredTool } from './registered-tool.ts'
import type { Registry } from './registry.ts'
import type { RegistryGenerations } from './registry-generations.ts'
import { ChannelledCall, type ReplyChannel } from './reply-channel.ts'
import { createRefuse, type RefusalOptions } from './refusals.ts'
import type { SecondOpinion } from './second-opinion.ts'
import { contextIdOf, toolAnswer } from './tool-answer.ts'
import { runTool, type RunResult } from './tool-runner.ts'
import { withChallenge, type Transactions } from './transactions.ts'

type Request = Extract<Message, { kind: 'request' }>

export interface DispatcherOptions {
  readonly registries: RegistryGenerations
  readonly policy: Policy
  readonly clock: Clock
  /** For which calls the log gets each check of the decision. */
  readonly decisionTrace: DecisionTraces
  readonly server: ServerIdentity
  /** The form of denials. */
  readonly refusals: RefusalOptions
  /** Extensions that the server declares in its capabilities; absent: none. */
  readonly extensions?: DeclaredExtensions
  /** Asked about each call that the policy permits; absent: no step. */
  readonly secondOpinion?: SecondOpinion | undefined
  /** Signed challenges for single calls; absent: no step. */
  readonly transactions?: Transactions | undefined
}

type DecisionTraces = 'off' | 'denials' | 'all'

export interface DispatchContext extends Caller {
  readonly headers: MirroredHeaders
  readonly channel: ReplyChannel
}

export interface Dispatcher {
  /** Never throws, whatever the body is. A promise only where a tool runs. */
  readonly dispatch: (body: unknown, context: DispatchContext) => Answer | Promise<Answer>
  /** One call over plain HTTP. Never rejects. */
  readonly operate: (call: OperationCall) => Promise<OperationReply>
}

const ACCEPTED: Answer = { id: undefined, reply: { kind: 'accepted' } }

/** What one generation of tools is served with. A request keeps the one it began with. */
interface Served {
  readonly registry: Registry
  readonly explainer: Explainer
  readonly prepared: PreparedResults
}

export function createDispatcher (options: DispatcherOptions): Dispatcher {
  const { registries, policy, clock, decisionTrace, server, extensions, refusals, transactions } = options
  const authorize = authorizeInSteps(options)
  const refuse = createRefuse(refusals)
  const remedies = refusals.shape !== 'off'
  const agreement = refusals.shape === 'draft' ? refusals.agreement : undefined
  const served = registries.derive((registry): Served => ({
    registry,
    explainer: createExplainer({ registry, policy, clock, remedies }),
    prepared: prepareResults(registry, server, { declared: extensions, tellsDenials: refusals.shape === 'draft' })
  }))

  function dispatch (body: unknown, context: DispatchContext): Answer | Promise<Answer> {
    const { record } = context
    const parsed = parseMessage(body)
    if (!parsed.ok) return protocolAnswer(parsed.error, record)
    const message = parsed.value
    record.method = loggedMethod(message)
    const era = parseEra(message, context.headers)
    if (!era.ok) return protocolAnswer(era.error, record)
    record.version = era.value.version
    if (message.kind === 'request') return answerRequest(message, era.value, context)
    record.conclude(true, 'authenticated')
    return ACCEPTED
  }

  function answerRequest (request: Request, era: Era, context: DispatchContext): Answer | Promise<Answer> {
    const { record, grant } = context
    const serving = served.current
    const { prepared } = serving
    switch (request.method) {
      case 'initialize':
        if (era.kind === 'modern') break
        return plainAnswer(request, record, prepared.initialize(request.params['protocolVersion']))
      case 'ping':
        if (era.kind === 'modern') break
        return plainAnswer(request, record, '{}')
      case 'server/discover':
        if (era.kind === 'legacy') break
        return plainAnswer(request, record, prepared.discover)
      case 'tools/list':
        if (!isAbsent(request.params['cursor'])) {
          return protocolAnswer(invalidParams(200, 'the list has one page, "cursor" is not known', request.id), record)
        }
        record.conclude(true, 'authenticated')
        return preparedAnswer(request.id, prepared.toolsList(era, grant))
      case 'tools/call':
        return callTool(request, era, serving, context)
    }
    return protocolAnswer(methodNotFound(era.kind === 'modern' ? 404 : 200, request.id), record)
  }

  function callTool (request: Request, era: Era, serving: Served, context: DispatchContext): Answer | Promise<Answer> {
    const { id, params: { name } } = request
    const args = request.params['arguments'] ?? undefined
    const { record, grant } = context
    if (typeof name !== 'string') return protocolAnswer(invalidParams(200, '"name" must be a string', id), record)
    const found = serving.registry.find(name, grant)
    if (found === undefined) {
      record.conclude(false, 'unknown-tool')
      return errorAnswer(invalidParams(200, 'unknown tool', id))
    }
    if (args !== undefined && !isJsonObject(args)) return protocolAnswer(invalidParams(200, '"arguments" must be an object', id), record)
    const mismatch = era.kind === 'modern' ? checkParameterHeaders(found.mirroredParameters, args, context.headers.parameter) : undefined
    if (mismatch !== undefined) return protocolAnswer(headerMismatch(mismatch, id), record)
    return runAndAnswer(request, era, found, serving, context)
  }

  /** Never rejects. */
  function runAndAnswer (
    request: Request, era: Era, tool: RegisteredTool, serving: Served, context: DispatchContext
  ): Promise<Answer> {
    const { grant, record, receivedAtMonotonicMs } = context
    const meta = metaOf(request.params)
    record.tool = tool.name
    record.retryOf = contextIdOf(meta)
    const call = new ChannelledCall(context.channel, meta, {
      explain: question => serving.explainer(question, grant, receivedAtMonotonicMs),
      delegate: target => delegateFor(target, context),
      notes: record.notes
    })
    const answered = agreement === undefined ? undefined : answerTo(agreement, request, era, tool, grant)
    const authorizeCall = answered === undefined || agreement === undefined
      ? authorize
      : onLiveGrant(authorize, answered.action === 'accept' ? agreement.wait.begin(context.channel.cancellation()) : undefined)
    return runTool(tool, request.params['arguments'], context, authorizeCall, call).then(result => {
      try {
        const challenged = transactions === undefined
          ? result
          : withChallenge(result, { tool, args: request.params['arguments'] }, context, transactions)
        return answerOf(challenged, request, era, tool, serving.prepared, context, answered)
      } catch (error) {
        return failed(error, record)
      }
    })
  }

  function answerOf (
    result: RunResult, { id, params }: Request, era: Era, tool: RegisteredTool, prepared: PreparedResults,
    { record, receivedAtMonotonicMs, channel }: DispatchContext, answered: AgreementAnswer | undefined
  ): Answer {
    explainTo(record, result, receivedAtMonotonicMs)
    const call = {
      id,
      era,
      record,
      write: prepared.result,
      writeRelayed: prepared.relayed,
      refuse: (denial: Denial) =>
        refuse(denial, { id, era, record, tool: tool.name, params, answered, streaming: channel.opened, write: prepared.refused })
    }
    try {
      return toolAnswer(result, call)
    } catch (cause) {
      const fault = new GatewayError('GW_TOOL_FAILED', `${tool.name}: what it answered cannot be written as a result`, { cause })
      return toolAnswer({ kind: 'failure', fault }, call)
    }
  }

  /** For the log and for those who look on. */
  function explainTo (record: DecisionRecord, result: RunResult, receivedAtMonotonicMs: number): void {
    const { grant, requirement } = record
    const traced = decisionTrace === 'all' || (decisionTrace === 'denials' && (result.kind === 'denial' || result.kind === 'denied'))
    if ((!traced && record.notes === undefined) || grant === undefined || requirement === undefined) return
    const explanation = policy.explain(grant, requirement, { now: clock.now(), receivedAtMonotonicMs })
    if (traced) record.trace = traceOf(explanation)
    record.notes?.explained(explanation)
  }

  return {
    operate: call => callOperation(call, {
      authorize,
      refusals,
      explainer: served.current.explainer,
      traced: (result, { record, receivedAtMonotonicMs }) => { explainTo(record, result, receivedAtMonotonicMs) }
    }),
    dispatch (body, context) {
      try {
        return dispatch(body, context)
      } catch (error) {
        return failed(error, context.record)
      }
    }
  }
}

function answerTo (
  agreement: Agreement, { params }: Request, era: Era, { name: tool }: RegisteredTool, grant: VerifiedGrant
): AgreementAnswer | undefined {
  return era.kind === 'modern' && 'requestState' in params ? agreement.answerIn({ tool, params, grant }) : undefined
}

function failed (cause: unknown, record: DecisionRecord): Answer {
  const fault = new GatewayError('GW_INTERNAL', 'the dispatcher failed', { cause })
  record.conclude(false, 'fault', fault.code)
  return { id: undefined, reply: { kind: 'failure', fault } }
}

/** A client may send any name, as long as a whole body: unknown names are not logged. */
function loggedMethod ({ method }: Message): string {
  return PROTOCOL_METHODS.has(method) ? method : 'unknown'
}

function plainAnswer ({ id }: Request, record: DecisionRecord, resultJson: string): Answer {
  record.conclude(true, 'authenticated')
  return resultAnswer(id, resultJson)
}

function protocolAnswer (error: ProtocolError, record: DecisionRecord): Answer {
  record.conclude(false, 'protocol-error', String(error.code))
  return errorAnswer(error)
}
