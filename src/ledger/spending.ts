// Picks the limit that a purchase debits: arithmetic on integers in minor units. Every store calls it inside its
// transaction. It does not check that an element may be used at all: see policy/.

import { err, ok, type Result } from '../kernel/result.ts'
import type { BudgetBalance, SpendingLimit } from './spending-limit.ts'

export type SpendingFailure =
  /** The amount is above the limit of every alternative for one purchase. */
  | { readonly kind: 'amount-exceeds-limit', readonly amount: number, readonly currency: string }
  /** One purchase would be allowed, but the totals are used up. `remaining`: the largest remainder of an alternative. */
  | { readonly kind: 'total-exceeded', readonly amount: number, readonly currency: string, readonly remaining: number }

/** Stands in a refusal for an amount that is not an exact integer, which is above every limit. */
export const AMOUNT_BEYOND_ARITHMETIC = Number.MAX_SAFE_INTEGER

/**
 * The first alternative, in the order of the token, that allows this amount. Alternatives are never merged.
 *
 * An alternative with a bound that is not a non-negative safe integer allows nothing. An amount of 0 fits every total, also a
 * total that was lowered below what is spent.
 *
 * @param amount minor units of `currency`; `undefined` when it is too large to be exact
 * @param spentOf gives what is already spent of the budget with this key
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2
 */
export function chooseLimit (
  amount: number | undefined,
  currency: string,
  limits: readonly SpendingLimit[],
  spentOf: (budgetKey: string) => number
): Result<SpendingLimit, SpendingFailure> {
  if (amount === undefined) {
    return err({ kind: 'amount-exceeds-limit', amount: AMOUNT_BEYOND_ARITHMETIC, currency })
  }
  let remaining: number | undefined
  for (const limit of limits) {
    if (!allowsSingle(limit, amount, currency)) continue
    if (limit.total === undefined) return ok(limit)
    const left = remainingOf(limit.total.maxTotalAmount, spentOf(limit.total.budgetKey))
    if (amount <= left) return ok(limit)
    remaining = Math.max(remaining ?? 0, left)
  }
  return remaining === undefined
    ? err({ kind: 'amount-exceeds-limit', amount, currency })
    : err({ kind: 'total-exceeded', amount, currency, remaining })
}

export function balanceOf (currency: string, maxTotalAmount: number, spent: number): BudgetBalance {
  return { currency, maxTotalAmount, spent, remaining: remainingOf(maxTotalAmount, spent) }
}

function allowsSingle (limit: SpendingLimit, amount: number, currency: string): boolean {
  return limit.currency === currency && isBound(limit.maxAmount) && amount <= limit.maxAmount
}

/** Never negative for usable numbers: a total may have been lowered below what was spent under an earlier token. -1: unusable. */
export function remainingOf (maxTotalAmount: number, spent: number): number {
  return isBound(maxTotalAmount) && isBound(spent) ? Math.max(0, maxTotalAmount - spent) : -1
}

export function isBound (value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
