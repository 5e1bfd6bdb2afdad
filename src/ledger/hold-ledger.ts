// The port of the ledger of holds, with an adapter for SQLite and one for PostgreSQL. Each method is one transaction, and several gateways
// may share one database: the sum of what is held and what was spent never exceeds a total.

import type { Result } from '../kernel/result.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type {
  HoldCommand, HoldFailure, HoldOwner, HoldReceipt, HoldRecord, HoldState, Resolution, ResolutionFailure, Settlement
} from './hold.ts'

interface HoldQuery {
  /** Absent: every state. */
  readonly states?: readonly HoldState[] | undefined
  /** Those alone that are open for an operator at this moment: `isOpen` of hold.ts. Absent: all. */
  readonly openAt?: EpochMilliseconds | undefined
  readonly limit: number
}

/** A counter of a budget. */
interface CounterName {
  readonly counterKey: string
  readonly unit: string
}

/**
 * Every method throws StorageUnavailable when the storage does not answer, also after `close`. A hold that was not confirmed may exist
 * all the same: it then becomes unknown, and keeps its debit.
 */
export interface HoldLedger {
  /** On the disk when this resolves. */
  readonly hold: (command: HoldCommand) => Promise<Result<HoldReceipt, HoldFailure>>
  /**
   * A call that was not executed gives nothing back while an earlier attempt of its hold may have been executed: the hold is unknown then.
   * @param attempt of the receipt; absent: the last one. That an earlier one was not executed says nothing about a later one.
   * @returns what the hold is now; `undefined` when it was resolved meanwhile, or by a later attempt: nothing has changed then
   */
  readonly settle: (
    id: number, settlement: Settlement, at: EpochMilliseconds, attempt?: number
  ) => Promise<Exclude<HoldState, 'held'> | undefined>
  /** Holds whose time is over become unknown. @returns those that did now */
  readonly expire: (at: EpochMilliseconds) => Promise<readonly HoldRecord[]>
  /** Results of calls that were settled before are not kept any longer. */
  readonly forgetResults: (before: EpochMilliseconds) => Promise<void>
  /**
   * Deletes holds whose outcome became known before, with their idempotency keys; no counter changes. One that is open is never deleted.
   * @returns how many; fewer than `most`: no more are left, or another gateway deletes
   */
  readonly prune: (before: EpochMilliseconds, most: number) => Promise<number>
  /** Oldest first. */
  readonly list: (query: HoldQuery) => Promise<readonly HoldRecord[]>
  readonly find: (id: number) => Promise<HoldRecord | undefined>
  /** Of an operator, for a hold that is open. */
  readonly resolve: (id: number, resolution: Resolution, at: EpochMilliseconds) => Promise<Result<HoldRecord, ResolutionFailure>>
  /** What is debited of each counter now, in the same order. */
  readonly spent: (owner: HoldOwner, counters: readonly CounterName[]) => Promise<readonly number[]>
  readonly ping: () => Promise<void>
  /** A second call has no effect. */
  readonly close: () => Promise<void>
}
