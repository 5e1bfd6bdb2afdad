// A call that counts: the hold before it, the call, and what became of it. The call is made only after the hold is on the disk, and a
// settlement that cannot be written leaves the hold, which then becomes unknown.

import { createHash } from 'node:crypto'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError, UpstreamFault } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { epochMilliseconds } from '../../kernel/units.ts'
import type { Alternative, HoldCommand, HoldFailure, Settlement, UsedUpTotal } from '../../ledger/hold.ts'
import type { HoldLedger } from '../../ledger/hold-ledger.ts'
import type { CallNotes } from '../../mcp/call-notes.ts'
import type { ToolOutcome } from '../../mcp/tool-outcome.ts'
import type { Shortage } from '../../policy/denial.ts'
import type { Permit } from '../../policy/permit.ts'
import { reconsider } from '../../policy/reconsider.ts'
import type { UpstreamOutcome } from '../../upstream/upstream-port.ts'
import { valuesAt } from '../arguments/json-pointer.ts'
import type { CallValues } from '../limits/call-values.ts'
import { chargeOf } from '../limits/declared-total.ts'
import type { LedgerAudit } from '../../ledger/ledger-records.ts'
import type { ObserveProxy } from '../proxy-event.ts'
import type { CompiledSpending } from '../tools/compiled-spending.ts'
import { notedTotal } from './noted-total.ts'
import { accountOf, keptResult } from './outcome-accounts.ts'

export interface Accounts {
  readonly ledger: HoldLedger
  /** The configured resource identifier, for remedies. */
  readonly resource: string
  /** Absent: no audit log. */
  readonly audit: () => LedgerAudit | undefined
  /** How long a call is kept, for the policy page; absent: the page does not say. */
  readonly retentionDays?: number
}

export interface CountedCall {
  readonly spending: CompiledSpending
  readonly upstream: string
  /** At the server. */
  readonly tool: string
  readonly permit: Permit
  readonly scopes: readonly string[]
  readonly values: CallValues
  /** As they are sent. */
  readonly args: JsonObject
  readonly timeoutMs: number
  /** Asked when the call has failed with an exception. */
  readonly mayHaveBeenMade: () => boolean
  /** Asked when the call has ended: it was sent twice, and the first time has no known outcome. */
  readonly inDoubt: () => boolean
  /** Present while a viewer looks on. */
  readonly notes: CallNotes | undefined
}

export interface AccountSurroundings {
  readonly accounts: Accounts
  readonly clock: Clock
  readonly observe: ObserveProxy
}

/** The call was made, or answered without being made. */
export type CountedOutcome =
  | { readonly kind: 'asked', readonly outcome: UpstreamOutcome }
  | { readonly kind: 'answered-here', readonly outcome: ToolOutcome }

/** Beside twice the time limit of the call: waits for the storage, and clocks that differ. */
const GRACE_MS = 30_000
const KEY = /^[\x21-\x7e]{1,256}$/

/** @throws StorageUnavailable, AuditUnavailable, UpstreamFault (as a rejected promise): the call was not made */
export async function countCall (
  call: CountedCall, ask: (usedElement: number | undefined) => Promise<UpstreamOutcome>, { accounts, clock, observe }: AccountSurroundings
): Promise<CountedOutcome> {
  const { ledger, audit } = accounts
  const { upstream, tool, spending, notes } = call
  const key = idempotencyOf(call)
  if (key === 'unusable') return { kind: 'answered-here', outcome: UNUSABLE_KEY }
  const alternatives = alternativesOf(call, clock)
  // Nothing limits the call, and no repetition of it would be recognised.
  if (key === undefined && alternatives.every(({ charges }) => charges.length === 0)) {
    return { kind: 'asked', outcome: await ask(alternatives[0]?.elementIndex) }
  }

  const command = commandOf(call, alternatives, key, clock)
  const held = await ledger.hold(command)
  const tell = (what: Parameters<typeof observe>[0] & { kind: 'ledger' }): void => { observe(what) }
  if (!held.ok) {
    tell({ kind: 'ledger', upstream, tool, what: 'refused', hold: undefined })
    return { kind: 'answered-here', outcome: refusalOf(held.error, call, accounts, clock) }
  }
  const receipt = held.value
  const { id } = receipt
  if (receipt.kind === 'repeated') {
    tell({ kind: 'ledger', upstream, tool, what: 'repeated', hold: id })
    return { kind: 'answered-here', outcome: repeatedOutcome(receipt.result) }
  }
  const { attempt } = receipt
  const showTotal = (settlement?: Settlement): void => {
    const used = notes === undefined ? undefined : notedTotal(alternatives, receipt, settlement)
    if (used !== undefined) notes?.used(used)
  }
  showTotal()
  tell({ kind: 'ledger', upstream, tool, what: 'held', hold: id })

  async function settle (settlement: Settlement): Promise<void> {
    try {
      const became = await ledger.settle(id, settlement, clock.now(), attempt)
      // Of an earlier attempt nothing more is known when this one was not executed.
      const known: Settlement = became === 'unknown' ? { kind: 'unknown' } : settlement
      if (became !== undefined) showTotal(known)
      tell({ kind: 'ledger', upstream, tool, what: became === undefined ? 'late' : known.kind, hold: id })
      audit()?.settled({ ...entry, outcome: known.kind, ...('charged' in known ? { charged: known.charged } : {}) })
    } catch {
      tell({ kind: 'ledger', upstream, tool, what: 'unsettled', hold: id })
    }
  }

  const { person, clientId, amount, unit } = command
  const entry = { hold: id, person, clientId, upstream, tool, amount, unit }
  try {
    audit()?.held({ ...entry, again: receipt.again })
  } catch (error) {
    await settle({ kind: 'not-executed' })
    throw error
  }
  let outcome: UpstreamOutcome
  try {
    outcome = await ask(receipt.elementIndex)
  } catch (error) {
    // A token could not be had, or the tool differs from its review: the server was not asked.
    await settle({ kind: call.mayHaveBeenMade() ? 'unknown' : 'not-executed' })
    throw error
  }
  const { settlement, unreadable } = accountOf(outcome, spending, { amount, keeps: key !== undefined })
  if (unreadable) tell({ kind: 'ledger', upstream, tool, what: 'charge-unreadable', hold: id })
  await settle(settlement.kind === 'not-executed' && call.inDoubt() ? { kind: 'unknown' } : settlement)
  return { kind: 'asked', outcome }
}

function commandOf (
  { upstream, tool, permit, values, spending, timeoutMs }: CountedCall, alternatives: readonly Alternative[],
  idempotency: HoldCommand['idempotency'], clock: Clock
): HoldCommand {
  const at = clock.now()
  const amount = spending.amountTotal?.amountOf(values)
  const unit = alternatives.flatMap(({ charges }) => charges).find(({ adjustable }) => adjustable)?.unit
  return {
    person: permit.person,
    clientId: permit.clientId,
    upstream,
    tool,
    alternatives,
    ...(amount !== undefined && Number.isSafeInteger(amount) ? { amount } : {}),
    ...(unit === undefined ? {} : { unit }),
    idempotency,
    at,
    expiresAt: epochMilliseconds(at + 2 * timeoutMs + GRACE_MS)
  }
}

function alternativesOf ({ spending: { type, totals, amountTotal }, permit, values }: CountedCall, clock: Clock): readonly Alternative[] {
  if (permit.details === 'unrestricted' || type === undefined) return [{ charges: [] }]
  const now = clock.now()
  const { person, clientId } = permit
  return permit.details.map(({ index, element: granted }): Alternative => {
    const element = type.type.canonical(granted)
    if (element === undefined) throw new GatewayError('GW_INTERNAL', 'a permit holds an element that is not of its type')
    const counted = { type: type.type.type, element, owner: { person, clientId }, now }
    const charges = totals.flatMap(total => {
      const charge = chargeOf(total, total.amountOf(values), counted)
      // What was charged is said of one amount: a fee beside it stays as it was held.
      if (charge === undefined || charge.amount === 0) return []
      return [{ ...charge, adjustable: charge.adjustable && total.value === amountTotal?.value }]
    })
    return { elementIndex: index, charges }
  })
}

function idempotencyOf ({ spending: { idempotencyKey }, args }: CountedCall): HoldCommand['idempotency'] | 'unusable' {
  if (idempotencyKey === undefined) return undefined
  const { values, missing } = valuesAt(args, idempotencyKey)
  if (missing === 'absent') return undefined
  const [key] = values
  if (typeof key !== 'string' || !KEY.test(key)) return 'unusable'
  return { key, argumentsHash: createHash('sha256').update(canonicalJson(args)).digest('base64url') }
}

function refusalOf (
  failure: HoldFailure, { permit, scopes, spending, values, upstream, tool }: CountedCall, { resource }: Accounts, clock: Clock
): ToolOutcome {
  switch (failure.kind) {
    case 'idempotency-key-reused': return { kind: 'failed', code: failure.kind, text: REUSED }
    case 'still-running': return { kind: 'failed', code: failure.kind, text: RUNNING }
    case 'tool-suspended': throw new UpstreamFault('GW_UPSTREAM_OVERCHARGED', `${upstream}: ${tool}`, 503)
    case 'total-exceeded': {
      const details = spending.type?.type.requires(values)
      if (details === undefined) return { kind: 'denied', denial: { kind: 'undecidable' } }
      const needed = { details, scopes, member: failure.member, shortage: shortageOf(failure) }
      return { kind: 'denied', denial: reconsider(permit, needed, { now: clock.now(), resource }) }
    }
  }
}

function shortageOf ({ member, amount, remaining, unit, endsAt }: UsedUpTotal): Shortage {
  return {
    member,
    needed: amount,
    remaining,
    ...(unit === '' ? {} : { currency: unit }),
    ...(endsAt === undefined ? {} : { until: new Date(endsAt).toISOString() })
  }
}

function repeatedOutcome (text: string | undefined): ToolOutcome {
  const result = text === undefined ? undefined : keptResult(text)
  return result === undefined ? { kind: 'failed', code: 'made-already', text: MADE } : { kind: 'relayed', result }
}

const REUSED = 'The idempotency key belongs to an earlier call with other arguments. The call was not made: choose another key.'
const RUNNING = 'A call with this idempotency key is still running. It was not made a second time: wait for its answer.'
const MADE = 'The call with this idempotency key was made already, and its result is not kept any more. It was not made again.'
const UNUSABLE_KEY: ToolOutcome = {
  kind: 'failed',
  code: 'idempotency-key-unusable',
  text: 'The idempotency key must be 1 to 256 visible ASCII characters. The call was not made.'
}
