// How much of a budget is used? The words for limits on spending and the rule that picks the alternative to debit.

/** One alternative of `authorization_details`, reduced to what money needs. Amounts: minor units of `currency`. */
export interface SpendingLimit {
  /** Its place in the token's array, from 0. */
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
