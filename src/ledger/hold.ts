// A hold: the amount that is debited before a call is made, and what became of the call. A call whose outcome is not known keeps its
// debit until an operator resolves it, so a total may limit more than was meant, and never less.

import type { Person } from '../kernel/person.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'

/** One total that a call counts against. */
export interface Charge {
  /** The member of the details element that holds the limit, for texts and logs. */
  readonly member: string
  /** Of the budget and its period: budget-key.ts. */
  readonly counterKey: string
  /** The ISO 4217 code of the amounts; an empty text for numbers that are no money. */
  readonly unit: string
  /** Inclusive. */
  readonly limit: number
  /** A safe integer from 0. */
  readonly amount: number
  /** What the result says was charged takes the place of the amount. */
  readonly adjustable: boolean
  /** When the counter begins again; absent: never. */
  readonly endsAt?: EpochMilliseconds
}

/** One element of the permit: all its charges must fit. */
export interface Alternative {
  /** Absent: nothing limits the call. */
  readonly elementIndex?: number
  readonly charges: readonly Charge[]
}

export interface HoldOwner {
  readonly person: Person
  /** Two clients of one person have two budgets. */
  readonly clientId: string | undefined
}

export interface HoldCommand extends HoldOwner {
  /** The upstream and the tool as configuration and server name them. */
  readonly upstream: string
  readonly tool: string
  /** In the order of the token; the first that fits is debited. Two are never merged. */
  readonly alternatives: readonly Alternative[]
  /** The amount that the call asks for, which a higher charge is compared with. */
  readonly amount?: number | undefined
  readonly unit?: string | undefined
  /** Belongs to the person, the client and the tool. */
  readonly idempotency?: { readonly key: string, readonly argumentsHash: string } | undefined
  readonly at: EpochMilliseconds
  /** From then on the outcome counts as unknown. */
  readonly expiresAt: EpochMilliseconds
}

/** The call may be made. */
interface HeldReceipt {
  readonly kind: 'held'
  readonly id: number
  /** From 1: how often the call of this hold was made. */
  readonly attempt: number
  readonly elementIndex: number | undefined
  /** An earlier call with this idempotency key had no known outcome, and its debit is used. */
  readonly again: boolean
  /** What was debited of each charge of this element before, in their order. Absent for `again`: no counter was read. */
  readonly spent?: readonly number[]
}

export type HoldReceipt =
  | HeldReceipt
  /** A call with this idempotency key was executed; it must not be made again. `result`: what was kept of its result. */
  | { readonly kind: 'repeated', readonly id: number, readonly settledAt: EpochMilliseconds, readonly result: string | undefined }

export interface UsedUpTotal {
  readonly kind: 'total-exceeded'
  readonly member: string
  readonly unit: string
  readonly amount: number
  /** Of the alternative that has most left. */
  readonly remaining: number
  readonly endsAt?: EpochMilliseconds
}

export type HoldFailure =
  | UsedUpTotal
  /** The same idempotency key with other arguments. */
  | { readonly kind: 'idempotency-key-reused' }
  /** A call with this idempotency key is running. */
  | { readonly kind: 'still-running' }
  /** The tool charged more than it was asked for, and an operator has not looked yet. */
  | { readonly kind: 'tool-suspended' }

/** What is known of a call when it is over. */
export type Settlement =
  /**
   * `charged`: what the result says, at most the amount; absent: all of it. `result`: kept for a call with an idempotency key.
   */
  | { readonly kind: 'executed', readonly charged?: number | undefined, readonly result?: string | undefined }
  | { readonly kind: 'not-executed' }
  | { readonly kind: 'unknown' }
  /** The result says more than was asked for: nothing is credited, and the tool is refused until an operator has looked. */
  | { readonly kind: 'overcharged', readonly charged: number, readonly result?: string | undefined }

/** `held`: the call runs, or a gateway ended while it ran. */
export type HoldState = 'held' | 'settled' | 'released' | 'unknown' | 'overcharged'

/** A hold as an operator sees it. */
export interface HoldRecord {
  readonly id: number
  readonly state: HoldState
  readonly issuer: string
  readonly subject: string
  readonly clientId: string | undefined
  readonly upstream: string
  readonly tool: string
  readonly amount: number | undefined
  readonly unit: string | undefined
  /** What the result said, or the operator. */
  readonly charged: number | undefined
  readonly idempotencyKey: string | undefined
  readonly heldAt: EpochMilliseconds
  readonly expiresAt: EpochMilliseconds
  readonly settledAt: EpochMilliseconds | undefined
}

/** How an operator resolves a hold: the call was not made, or it was, for this amount or for what was held. */
export type Resolution =
  | { readonly kind: 'release' }
  | { readonly kind: 'settle', readonly charged?: number | undefined }

export type ResolutionFailure = 'not-found' | 'not-open'

/** Open for an operator: unknown, overcharged, or held longer than the call may take. */
export function isOpen ({ state, expiresAt }: Pick<HoldRecord, 'state' | 'expiresAt'>, now: EpochMilliseconds): boolean {
  return state === 'unknown' || state === 'overcharged' || (state === 'held' && expiresAt <= now)
}
