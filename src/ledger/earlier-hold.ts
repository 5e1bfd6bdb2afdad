// What an idempotency key finds: a hold of the same person, client and tool. Whether it already answers the call is decided here, for
// every database.

import { err, ok, type Result } from '../kernel/result.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type { Alternative, Charge, HoldCommand, HoldFailure, HoldReceipt, HoldState } from './hold.ts'

export interface EarlierHold {
  readonly id: number
  readonly state: HoldState
  readonly argumentsHash: string
  readonly attempt: number
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

type Counter = Pick<Charge, 'counterKey' | 'unit'>

/**
 * The element that a repeated call counts as: the one whose budgets were debited, wherever a new token has it. Where no element draws on
 * them any more, it is the one at the same place, otherwise the first, because each of them permits the call.
 * @param debited the counters that the hold charges
 */
export function elementAgain (
  alternatives: readonly Alternative[], { elementIndex }: Pick<EarlierHold, 'elementIndex'>, debited: readonly Counter[]
): number | undefined {
  const names = new Set(debited.map(nameOf))
  const same = alternatives.filter(({ charges }) => charges.length === names.size && charges.every(charge => names.has(nameOf(charge))))
  const atPlace = ({ elementIndex: place }: Alternative) => place === elementIndex
  const found = same.find(atPlace) ?? same[0] ?? alternatives.find(atPlace) ?? alternatives[0]
  return found?.elementIndex
}

function nameOf ({ counterKey, unit }: Counter): string {
  return JSON.stringify([counterKey, unit])
}
