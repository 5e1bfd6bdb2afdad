// The notes about one request, and what they show. The request only adds a time and a code to a list; what is shown is made later, when
// the list is sent.

import type { EpochMilliseconds } from '../kernel/units.ts'
import type { CallNotes, CallStep } from '../mcp/call-notes.ts'
import type { DecisionRecord } from '../mcp/decision-record.ts'
import type { RequestNotes } from '../mcp/request-watch.ts'
import type { UsedTotal } from '../mcp/tool-outcome.ts'
import type { EndedInquiry, Inquiries } from './inquiries.ts'
import { shownChecks } from './shown-checks.ts'
import { shownReply } from './shown-reply.ts'
import type { ShownRequest } from './shown-request.ts'
import { shownSteps, type NotedStep } from './shown-steps.ts'
import { hundredths, shownText } from './shown-value.ts'

type Explanation = Parameters<CallNotes['explained']>[0]
const MAX_CHALLENGE = 8192
const MAX_STEPS = 24

export interface NotebookOptions {
  readonly id: string
  readonly arrivedAt: EpochMilliseconds
  readonly arrivedAtMs: number
  readonly monotonicMs: () => number
  /** There is something new to be sent. */
  readonly changed: (notebook: Notebook) => void
}

export class Notebook implements RequestNotes {
  readonly #options: NotebookOptions
  readonly #steps: NotedStep[] = []
  #explanation: Explanation | undefined
  #record: Readonly<DecisionRecord> | undefined
  #used: UsedTotal | undefined
  #decidedAtMs = Infinity
  #challenge: string | undefined
  #rev = 0
  state: ShownRequest['state'] = 'running'

  constructor (options: NotebookOptions) {
    this.#options = options
  }

  step (step: CallStep): void {
    if (this.#steps.length < MAX_STEPS) this.#steps.push({ step, at: this.#options.monotonicMs() - this.#options.arrivedAtMs })
    this.#options.changed(this)
  }

  explained (explanation: Explanation): void {
    this.#explanation = explanation
  }

  used (used: UsedTotal): void {
    this.#used = used
    this.#options.changed(this)
  }

  decided (record: Readonly<DecisionRecord>): void {
    this.#record = record
    this.#decidedAtMs = this.#options.monotonicMs()
    this.#options.changed(this)
  }

  ended (challenge: string | undefined, left: boolean): void {
    this.#challenge = challenge?.slice(0, MAX_CHALLENGE)
    this.state = left ? 'left' : 'ended'
    this.#options.changed(this)
  }

  /** Another request with this token may have asked meanwhile, or since: a live question is that of a request which needed one. */
  #isOwn ({ live, endedAtMs }: EndedInquiry): boolean {
    return endedAtMs <= this.#decidedAtMs && (!live || this.#steps.some(({ step }) => step === 'asks-again'))
  }

  /** @param resource the identifier of the first endpoint, which a record of a process with one endpoint does not name */
  show (inquiries: Inquiries, resource: string): ShownRequest {
    const { id, arrivedAt, arrivedAtMs } = this.#options
    const record = this.#record
    this.#rev += 1
    const own = record?.resource ?? resource
    const asked = record?.tokenHash === undefined ? [] : inquiries.since(record.tokenHash, arrivedAtMs).filter(one => this.#isOwn(one))
    const phase = this.#steps.at(-1)?.step ?? 'arrived'
    return {
      id,
      rev: this.#rev,
      at: new Date(arrivedAt).toISOString(),
      state: this.state,
      ...(this.state === 'running' ? { phase } : {}),
      resource: own,
      ...(record === undefined ? {} : decidedMembers(record, asked, arrivedAtMs)),
      ...optional('used', this.#used === undefined ? unusedTotal(record) : shownTotal(this.#used)),
      steps: shownSteps({ noted: this.#steps, record, asked, arrivedAtMs }),
      checks: record === undefined ? [] : shownChecks(record, this.#explanation, { resource: own, now: arrivedAt }),
      ...optional('told', record === undefined ? undefined : shownReply(record, own, arrivedAt)),
      ...optional('challenge', this.#challenge)
    }
  }
}

function decidedMembers (record: Readonly<DecisionRecord>, asked: readonly EndedInquiry[], arrivedAtMs: number): Partial<ShownRequest> {
  const { grant, method, tool, version, tokenHash, granted, reason, remark, status, durationMs, contextId, retryOf } = record
  return {
    ...optional('person', grant === undefined ? undefined : { issuer: grant.person.issuer, subject: shownText(grant.person.subject) }),
    ...optional('clientId', grant?.clientId === undefined ? undefined : shownText(grant.clientId)),
    ...optional('method', method),
    ...optional('tool', tool),
    ...optional('version', version),
    ...optional('tokenHash', tokenHash),
    granted,
    reason,
    ...optional('remark', remark),
    status,
    ms: hundredths(durationMs),
    ...optional('reply', replyOf(record, asked, arrivedAtMs)),
    ...optional('contextId', contextId?.slice(0, 8)),
    ...optional('retryOf', retryOf?.slice(0, 8))
  }
}

function shownTotal ({ currency, total, before, after, member, held }: UsedTotal): NonNullable<ShownRequest['used']> {
  return {
    currency: shownText(currency),
    total,
    before,
    after,
    ...optional('member', member === undefined ? undefined : shownText(member)),
    ...optional('held', held)
  }
}

/** A total that was too small for the call is as it was. */
function unusedTotal (record: Readonly<DecisionRecord> | undefined): ShownRequest['used'] {
  const denial = record?.denial
  const shortage = denial?.kind === 'insufficient-authorization' ? denial.shortage : undefined
  if (shortage === undefined) return undefined
  return { currency: shownText(shortage.currency ?? ''), before: shortage.remaining, after: shortage.remaining }
}

/** A question that began before the request arrived was that of another request. */
function replyOf (
  { grant, rejection }: Readonly<DecisionRecord>, asked: readonly EndedInquiry[], arrivedAtMs: number
): ShownRequest['reply'] {
  const last = asked.at(-1)
  if (last !== undefined) {
    const joined = last.endedAtMs - last.durationMs < arrivedAtMs
    return { source: last.live ? 'live' : joined ? 'joined' : 'asked', ms: hundredths(last.durationMs), outcome: last.outcome }
  }
  if (rejection?.kind === 'invalid-token') return { source: 'kept' }
  return grant === undefined ? undefined : { source: 'kept', ageMs: Math.max(0, Math.round(arrivedAtMs - grant.askedAtMonotonicMs)) }
}

function optional<Name extends string, Value> (name: Name, value: Value | undefined): { [key in Name]?: Value } {
  return value === undefined ? {} : { [name]: value } as { [key in Name]: Value }
}
