// Calls one tool for a caller over plain HTTP: the same arguments, decision, record and run as over MCP. Only the form of the answer
// differs (https://www.rfc-editor.org/rfc/rfc6750#section-3).

import { rejectionReason } from '../auth/rejection-reason.ts'
import type { JsonObject } from '../kernel/json.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { Result } from '../kernel/result.ts'
import type { Denial } from '../policy/denial.ts'
import { remediationOf } from '../policy/remediation.ts'
import type { Authorize, Caller, Refusal } from './call-authorization.ts'
import { delegateFor } from './delegated-call.ts'
import type { Explainer } from './explain/explainer.ts'
import type { ToldDenial } from './message-reply.ts'
import type { RefusalOptions } from './refusals.ts'
import type { RegisteredTool } from './registered-tool.ts'
import { ChannelledCall, type ReplyChannel } from './reply-channel.ts'
import { recordDenial, UNDECIDABLE } from './tool-answer.ts'
import type { ToolOutcome } from './tool-outcome.ts'
import { runTool, type RunResult } from './tool-runner.ts'
import type { ValueIssue } from './value-schema.ts'

export type OperationReply =
  | { readonly kind: 'answered', readonly status: number, readonly contentType: string, readonly body: string }
  /** The arguments, or a tool that could not do what was allowed. */
  | { readonly kind: 'refused', readonly status: 400 | 422, readonly text: string }
  | ToldDenial
  | Extract<Refusal, { readonly kind: 'rejection' }>
  | { readonly kind: 'failure', readonly fault: GatewayError }

export interface OperationCall extends Caller {
  readonly tool: RegisteredTool
  readonly args: Result<JsonObject, readonly ValueIssue[]>
  readonly channel: ReplyChannel
}

interface OperationCalls {
  readonly authorize: Authorize
  readonly explainer: Explainer
  readonly refusals: RefusalOptions
  /** Writes the trace of the decision, where it is wanted. */
  readonly traced: (result: RunResult, caller: Caller) => void
}

/** Never rejects. Writes to the record what was decided. */
export async function callOperation (
  call: OperationCall, { authorize, explainer, refusals, traced }: OperationCalls
): Promise<OperationReply> {
  const { tool, args, grant, record, receivedAtMonotonicMs, channel } = call
  record.method = 'tools/call'
  record.tool = tool.name
  const { ok, ...problem } = args
  // Read before the decision, and told after it: a caller without the scope does not learn what is wrong with its arguments.
  const called = ok
    ? tool
    : {
        ...tool,
        input: { ...tool.input, parse: () => ({ ok, ...problem }) as Result<unknown, readonly ValueIssue[]> }
      }
  const running = new ChannelledCall(channel, undefined, {
    explain: question => explainer(question, grant, receivedAtMonotonicMs),
    delegate: target => delegateFor(target, call),
    notes: record.notes
  })
  const result = await runTool(called, args.ok ? args.value : {}, call, authorize, running)
  try {
    traced(result, call)
    return replyOf(result, call, refusals)
  } catch (cause) {
    const fault = new GatewayError('GW_TOOL_FAILED', `${tool.name}: what it answered cannot be written`, { cause })
    record.conclude(false, 'fault', fault.code)
    return { kind: 'failure', fault }
  }
}

function replyOf (result: RunResult, { record }: OperationCall, refusals: RefusalOptions): OperationReply {
  switch (result.kind) {
    case 'completed': {
      record.conclude(true, 'permitted')
      return json(200, result.structured ?? { text: result.text })
    }
    case 'relayed': {
      record.conclude(true, 'permitted', result.result.isError === true ? result.code ?? 'relayed-error' : undefined)
      return relayed(result)
    }
    case 'failed':
      record.conclude(true, 'permitted', result.code)
      return { kind: 'refused', status: 422, text: result.text }
    case 'invalid-arguments':
      record.conclude(true, 'permitted', result.kind)
      return { kind: 'refused', status: 400, text: result.text }
    case 'denied':
    case 'denial':
      recordDenial(record, result.denial)
      return told(result.denial, refusals)
    case 'fault':
      record.conclude(false, 'undecidable', result.fault.code)
      return told(UNDECIDABLE, refusals)
    case 'rejection':
      record.conclude(false, rejectionReason(result.rejection))
      return result
    case 'failure':
      record.conclude(false, 'fault', result.fault.code)
      return result
  }
}

/** A client without MCP cannot say that it follows refusals: `auto` is 403 for it. */
function told (denial: Denial, refusals: RefusalOptions): ToldDenial {
  const status = refusals.status === 'auto' ? 403 : refusals.status
  const remediable = refusals.shape !== 'off' && denial.kind === 'insufficient-authorization'
  return { kind: 'denial', denial, status, ...(remediable ? { remediation: remediationOf(denial, refusals.referenceKey) } : {}) }
}

/** A status about credentials or proxies would be taken for one of this gateway. */
const NOT_PASSED_ON: ReadonlySet<number> = new Set([401, 407])

/** Without an HTTP answer: a result that the ledger kept for a repeated call. */
function relayed ({ http, result }: Extract<ToolOutcome, { readonly kind: 'relayed' }>): OperationReply {
  if (http === undefined) return json(result.isError === true ? 422 : 200, result.structuredContent ?? { content: result.content ?? [] })
  return { kind: 'answered', ...http, status: NOT_PASSED_ON.has(http.status) ? 502 : http.status }
}

function json (status: number, value: unknown): OperationReply {
  return { kind: 'answered', status, contentType: 'application/json', body: JSON.stringify(value) }
}
