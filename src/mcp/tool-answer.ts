// How is the result of a tool call said, and what does the log say of it? One exhaustive switch.

import type { GatewayError } from '../kernel/fault.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from '../policy/denial.ts'
import type { Era } from './era.ts'
import type { PreparedResults } from './prepared-results.ts'
import { META } from './protocol.ts'
import type { RequestId } from './protocol-error.ts'
import { resultReply, type Answer, type DecisionRecord } from './message-reply.ts'
import type { RunResult } from './tool-runner.ts'

/** What is known of a call whatever comes of it. */
type CallRecord = Omit<DecisionRecord, 'granted' | 'reason' | 'remark'>

interface AnsweredCall {
  readonly id: RequestId
  /** What the operation needs, for the challenge of a token that turned out to be no longer good. */
  readonly scopes: readonly string[]
  readonly record: CallRecord
  readonly era: Era
  /** Serialises a result as the era of the request wants it. */
  readonly write: PreparedResults['result']
  /** The same for the result of another server. */
  readonly writeRelayed: PreparedResults['relayed']
}

export function toolAnswer (result: RunResult, call: AnsweredCall): Answer {
  const { id, record } = call
  switch (result.kind) {
    case 'completed': {
      const { structured } = result
      const content = result.content ?? [{ type: 'text', text: result.text ?? JSON.stringify(structured) }]
      const body = call.write(call.era, structured === undefined ? { content } : { content, structuredContent: structured })
      return { reply: resultReply(id, body), record: recorded(record, true, 'permitted') }
    }
    case 'relayed': {
      const code = result.result.isError === true ? result.code ?? 'relayed-error' : undefined
      const body = call.writeRelayed(call.era, result.result)
      return { reply: resultReply(id, body), record: recorded(record, true, 'permitted', code) }
    }
    case 'failed': return failed(call, result.text, result.code)
    case 'invalid-arguments': return failed(call, result.text, result.kind)
    case 'denied': return denied(call, result.denial)
    case 'undecided': return denied(call, { kind: 'undecidable' }, result.fault)
    case 'rejected': {
      const { rejection } = result
      const reason = rejection.kind === 'invalid-token' ? rejection.problem.kind : rejection.kind
      return { reply: { kind: 'rejected', rejection, scopes: call.scopes }, record: recorded(record, false, reason) }
    }
    case 'fault':
      return { reply: { kind: 'fault', fault: result.fault, id }, record: recorded(record, false, 'fault', result.fault.code) }
  }
}

/** Since revision 2025-11-25 a wrong argument, too, is a tool error that a model can read and mend. */
function failed ({ id, era, record, write }: AnsweredCall, text: string, code: string): Answer {
  const body = write(era, { content: [{ type: 'text', text }], isError: true })
  return { reply: resultReply(id, body), record: recorded(record, true, 'permitted', code) }
}

function denied ({ id, record }: AnsweredCall, denial: Denial, fault?: GatewayError): Answer {
  return {
    reply: { kind: 'denied', denial, id, ...(fault === undefined ? {} : { fault }) },
    record: recorded(record, false, denial.kind, fault?.code ?? remarkOn(denial))
  }
}

// Member by member: a spread would make an object that every later look into has to search.
function recorded ({ method, tool, version, retryOf, decision, permit }: CallRecord, granted: boolean, reason: string, remark?: string): DecisionRecord {
  return { method, tool, version, granted, reason, remark, retryOf, decision, permit }
}

function remarkOn (denial: Denial): string | undefined {
  if (denial.kind !== 'insufficient-authorization') return undefined
  return denial.member === undefined ? denial.problem : `${denial.problem}:${denial.member}`
}

const CONTEXT_ID = /^[A-Za-z0-9_-]{1,64}$/

/** The refusal that a client says it retries, for the log; anything unexpected is left out. */
export function contextIdOf (meta: JsonObject | undefined): string | undefined {
  const value = meta?.[META.authorizationContextId]
  return typeof value === 'string' && CONTEXT_ID.test(value) ? value : undefined
}
