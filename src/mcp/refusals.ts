// The answer to a denied call: a challenge, which http/ writes, or a result with the envelope of SEP-2643 where no
// challenge can say it. Which of the two drafts counts is decided once, at start; a permitted call does not come here.

import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from '../policy/denial.ts'
import { denialEnvelope, formerEnvelope, remediationHint } from '../policy/denial-envelope.ts'
import { denialText } from '../policy/denial-text.ts'
import { remediationOf } from '../policy/remediation.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { Era } from './era.ts'
import { followsRefusals } from './follows-refusals.ts'
import { resultAnswer, type Answer, type ToldDenial } from './message-reply.ts'
import type { PreparedResults } from './prepared-results.ts'
import { META } from './protocol.ts'
import type { RequestId } from './protocol-error.ts'

interface AnyShape {
  /** Of `insufficient_authorization`. `auto`: 401 for clients that follow refusals, where the shape is `draft`; else 403. */
  readonly status: 'auto' | 401 | 403
}

export type RefusalOptions =
  /** No remedy is named, and every refusal is a challenge. */
  | AnyShape & { readonly shape: 'off' }
  /** `referenceKey` keys the authorization references. */
  | AnyShape & { readonly shape: 'draft' | 'sep-2643-2026-05', readonly referenceKey: Uint8Array }

interface DeniedCall {
  readonly id: RequestId
  readonly era: Era
  readonly record: DecisionRecord
  /** `_meta` of the request. */
  readonly meta: JsonObject | undefined
  /** A stream was opened, with status 200: no challenge can be sent any more. */
  readonly streaming: boolean
  readonly write: PreparedResults['refused']
}

type Refuse = (denial: Denial, call: DeniedCall) => Answer

/** Members of `_meta` that no document defines. */
const TOTAL = 'mcp-resource-gateway/total'

export function createRefuse (options: RefusalOptions): Refuse {
  const usual = options.status === 'auto' ? 403 : options.status
  const challenged = (denial: Denial, { id }: DeniedCall, more?: Partial<Omit<ToldDenial, 'kind' | 'denial'>>): Answer =>
    ({ id, reply: { kind: 'denial', denial, status: usual, ...more } })

  if (options.shape === 'off') return challenged
  const { shape, referenceKey } = options
  switch (shape) {
    case 'sep-2643-2026-05': return (denial, call) => {
      if (denial.kind !== 'insufficient-authorization') return challenged(denial, call)
      const contextId = call.record.contextId = randomUUID()
      return challenged(denial, call, { remediation: remediationOf(denial, referenceKey), envelope: formerEnvelope(denial, contextId) })
    }
    case 'draft': return (denial, call) => {
      switch (denial.kind) {
        case 'not-allowed': return told(denial, call, denialEnvelope({ remediation: denial.remediation }))
        // It is not known whether another token would do.
        case 'refused-by-decision-point':
        case 'undecidable': return told(denial, call, denialEnvelope({ remediation: 'undisclosed' }))
        case 'insufficient-scope':
        case 'insufficient-authentication':
          return call.streaming ? told(denial, call, availableEnvelope(call)) : challenged(denial, call)
        case 'insufficient-authorization': {
          const remediation = remediationOf(denial, referenceKey)
          if (call.streaming || remediation.challengeValue === undefined) {
            return told(denial, call, availableEnvelope(call, remediationHint(remediation)))
          }
          // A challenge has no envelope, and so no handle: a client that names the reference makes the log as clear.
          call.record.contextId = remediation.reference
          const follows = options.status === 'auto' && followsRefusals(call.meta, call.record.retryOf)
          return challenged(denial, call, { remediation, status: follows ? 401 : usual })
        }
      }
    }
  }
}

/** A denial that leaves a way: the retry is recognised in the log by its handle, which says nothing and allows nothing. */
function availableEnvelope ({ record }: DeniedCall, ...hints: readonly JsonObject[]): JsonObject {
  const contextId = record.contextId = randomUUID()
  return denialEnvelope({ remediation: 'available', contextId, hints })
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result */
function told (denial: Denial, { id, era, write }: DeniedCall, envelope: JsonObject): Answer {
  const total = denial.kind === 'insufficient-authorization' && denial.shortage !== undefined ? { [TOTAL]: { ...denial.shortage } } : {}
  const text = `${denialText(denial).replace(/\.$/, '')}. Nothing was done.`
  return resultAnswer(id, write(era, { content: [{ type: 'text', text }], isError: true }, { [META.authorization]: envelope, ...total }))
}
