// The answer to a denied call: a challenge, which http/ writes, or a result with the envelope of SEP-2643 where no
// challenge can say it. Which of the two drafts counts is decided once, at start; a permitted call does not come here.

import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from '../policy/denial.ts'
import { denialEnvelope, formerEnvelope, remediationHint } from '../policy/denial-envelope.ts'
import { denialText } from '../policy/denial-text.ts'
import { remediationOf, type InsufficientAuthorization } from '../policy/remediation.ts'
import type { Agreement, AgreementAnswer } from './agreement.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { Era } from './era.ts'
import { followsRefusals } from './follows-refusals.ts'
import { metaOf } from './message.ts'
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
  /** `referenceKey` keys the authorization references. `agreement`: where a person can agree; absent: nowhere. */
  | AnyShape & { readonly shape: 'draft', readonly referenceKey: Uint8Array, readonly agreement?: Agreement | undefined }
  | AnyShape & { readonly shape: 'sep-2643-2026-05', readonly referenceKey: Uint8Array }

interface DeniedCall {
  readonly id: RequestId
  readonly era: Era
  readonly record: DecisionRecord
  readonly tool: string
  readonly params: JsonObject
  /** Present in a retry after the client was given a page. */
  readonly answered: AgreementAnswer | undefined
  /** A stream was opened, with status 200: no challenge can be sent any more. */
  readonly streaming: boolean
  readonly write: PreparedResults['refused']
}

type Refuse = (denial: Denial, call: DeniedCall) => Answer

/** Members of `_meta` that no document defines. */
const TOTAL = 'mcp-resource-gateway/total'

export function createRefuse (options: RefusalOptions): Refuse {
  const refuse = refuseInShape(options)
  return (denial, call) => denial.kind === 'insufficient-authorization' && denial.transactionChallenge !== undefined
    ? { id: call.id, reply: { kind: 'denial', denial, status: 401 } }
    : refuse(denial, call)
}

function refuseInShape (options: RefusalOptions): Refuse {
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
        case 'other-transaction':
        case 'used-transaction':
        case 'refused-by-decision-point':
        case 'undecidable': return told(denial, call, denialEnvelope({ remediation: 'undisclosed' }))
        case 'insufficient-scope':
        case 'insufficient-authentication':
          return call.streaming ? told(denial, call, availableEnvelope(call)) : challenged(denial, call)
        case 'insufficient-authorization': {
          const visited = options.shape === 'draft' ? afterVisit(denial, call) ?? visit(denial, call, options.agreement) : undefined
          if (visited !== undefined) return visited
          const remediation = remediationOf(denial, referenceKey)
          if (call.streaming || remediation.challengeValue === undefined) {
            return told(denial, call, availableEnvelope(call, remediationHint(remediation)))
          }
          // A challenge has no envelope, and so no handle: a client that names the reference makes the log as clear.
          call.record.contextId = remediation.reference
          const follows = options.status === 'auto' && followsRefusals(metaOf(call.params), call.record.retryOf)
          return challenged(denial, call, { remediation, status: follows ? 401 : usual })
        }
      }
    }
  }
}

/** The hint says where to look, and the address is in the request for input alone. */
function visit ({ remedy }: InsufficientAuthorization, call: DeniedCall, agreement: Agreement | undefined): Answer | undefined {
  const { id, era, tool, params, record: { grant }, answered, write } = call
  if (agreement === undefined || era.kind !== 'modern' || grant === undefined) return undefined
  const asked = agreement.ask(remedy, { tool, params, grant }, answered)
  if (asked === undefined) return undefined
  const envelope = availableEnvelope(call, { type: 'url' })
  return resultAnswer(id, write(era, { resultType: 'input_required', ...asked }, { [META.authorization]: envelope }))
}

/** The person said no, or left without a word: asking the same person by another way would not respect that. */
function afterVisit (denial: InsufficientAuthorization, call: DeniedCall): Answer | undefined {
  const action = call.answered?.action
  if (action === 'decline') return told(denial, call, denialEnvelope({ remediation: 'unavailable' }))
  return action === 'cancel' ? told(denial, call, denialEnvelope({ remediation: 'undisclosed' })) : undefined
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
