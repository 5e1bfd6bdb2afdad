// What an idempotency key finds: a hold of the same person, client and tool. Whether it already answers the call is decided here, for
// every database.

import { err, ok, type Result } from '../kernel/result.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type { HoldCommand, HoldFailure, HoldReceipt, HoldState } from './hold.ts'

export interface EarlierHold {
  readonly id: number
  readonly state: HoldState
  readonly argumentsHash: string
  readonly elementIndex: number | undefined
  readonly expiresAt: number
  readonly settledAt: EpochMilliseconds | undefined
  readonly result: string | undefined
}

/** @returns `undefined` when the call may be made: it was not executed, or whether it was is not known */
export function answerOfEarlier (
  earlier: EarlierHold, { idempotency, at }: Pick<HoldCommand, 'idempotency' | 'at'>
): Result<HoldReceipt, HoldFailure> | undefined {
  if (earlier.argumentsHash !== idempotency?.argumentsHash) return err({ kind: 'idempotency-key-reused' })
  switch (earlier.state) {
    case 'settled': return ok({ kind: 'repeated', id: earlier.id, settledAt: earlier.settledAt ?? at, result: earlier.result })
    case 'overcharged': return err({ kind: 'tool-suspended' })
    case 'held': return earlier.expiresAt > at ? err({ kind: 'still-running' }) : undefined
    case 'unknown':
    case 'released': return undefined
  }
}
