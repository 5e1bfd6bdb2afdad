// Answers a tool call: the result of the run becomes a reply and a line of the record, in one exhaustive switch.

import { rejectionReason } from '../auth/rejection-reason.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from '../policy/denial.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { Era } from './era.ts'
import { resultAnswer, type Answer } from './message-reply.ts'
import type { PreparedResults } from './prepared-results.ts'
import { META } from './protocol.ts'
import type { RequestId } from './protocol-error.ts'
import type { RunResult } from './tool-runner.ts'

interface AnsweredCall {
  readonly id: RequestId
  readonly era: Era
  readonly record: DecisionRecord
  /** Serializes a result in the form of the request's era. */
  readonly write: PreparedResults['result']
  /** The same for the result of another server. */
  readonly writeRelayed: PreparedResults['relayed']
  /** Tells the client of a denial. */
  readonly refuse: (denial: Denial) => Answer
}

export function toolAnswer (result: RunResult, call: AnsweredCall): Answer {
  const { id, record } = call
  switch (result.kind) {
    case 'completed': {
      const { structured } = result
      // A tool in JavaScript may return neither; a block without `text` would not be one of MCP.
      const text = result.text ?? (structured === undefined ? '' : JSON.stringify(structured))
      const content = result.content ?? [{ type: 'text', text }]
      const body = call.write(call.era, structured === undefined ? { content } : { content, structuredContent: structured })
      record.conclude(true, 'permitted')
      return resultAnswer(id, body)
    }
    case 'relayed': {
      const body = call.writeRelayed(call.era, result.result)
      record.conclude(true, 'permitted', result.result.isError === true ? result.code ?? 'relayed-error' : undefined)
      return resultAnswer(id, body)
    }
    case 'failed': return toolError(call, result.text, result.code)
    case 'invalid-arguments': return toolError(call, result.text, result.kind)
    case 'denied':
    case 'denial':
      recordDenial(record, result.denial)
      return call.refuse(result.denial)
    case 'fault':
      record.conclude(false, 'undecidable', result.fault.code)
      return { ...call.refuse(UNDECIDABLE), fault: result.fault }
    case 'rejection':
      record.conclude(false, rejectionReason(result.rejection))
      return { id, reply: result }
    case 'failure':
      record.conclude(false, 'fault', result.fault.code)
      return { id, reply: result }
  }
}

/** Since revision 2025-11-25 an invalid argument, too, is a tool error, which a model can read and correct. */
function toolError ({ id, era, record, write }: AnsweredCall, text: string, code: string): Answer {
  const body = write(era, { content: [{ type: 'text', text }], isError: true })
  record.conclude(true, 'permitted', code)
  return resultAnswer(id, body)
}

export function recordDenial (record: DecisionRecord, denial: Denial): void {
  record.denial = denial
  record.conclude(false, denial.kind, remarkOn(denial))
}

function remarkOn (denial: Denial): string | undefined {
  if (denial.kind !== 'insufficient-authorization') return undefined
  return denial.member === undefined ? denial.problem : `${denial.problem}:${denial.member}`
}

/** The client learns that the call was not decided, and never why. */
export const UNDECIDABLE: Denial = { kind: 'undecidable' }

const CONTEXT_ID = /^[A-Za-z0-9_-]{1,64}$/

/** The denial that a client says it retries, for the log; an unexpected value is left out. */
export function contextIdOf (meta: JsonObject | undefined): string | undefined {
  const value = meta?.[META.authorizationContextId]
  return typeof value === 'string' && CONTEXT_ID.test(value) ? value : undefined
}
