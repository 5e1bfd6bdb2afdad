// Limits on spending, and what remains of a budget. spending.ts has the rule that picks the limit to debit.

import type { JsonObject } from '../kernel/json.ts'

/** The limits on money of one element of `authorization_details`. Amounts are in minor units of `currency`. */
export interface SpendingLimit {
  /** As it is in the token, for the record of the reservation. */
  readonly element?: JsonObject
  /** The index of the element in the token's array, from 0. */
  readonly elementIndex: number
  readonly currency: string
  /** Per reservation, inclusive. */
  readonly maxAmount: number
  /** Across all reservations of the budget, inclusive; absent when only single reservations are limited. */
  readonly total?: { readonly maxTotalAmount: number, readonly budgetKey: string }
}

export interface BudgetBalance {
  readonly currency: string
  readonly maxTotalAmount: number
  readonly spent: number
  readonly remaining: number
}
