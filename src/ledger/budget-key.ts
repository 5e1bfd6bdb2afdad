// The key of the budget that an element of authorization_details draws on. It stays the same across a token refresh and
// differs for every person. Limits are not part of it: a total raised at consent under the same `budgetId` keeps what was spent.

import { createHash } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { JsonObject } from '../kernel/json.ts'
import { personKey, type Person } from '../kernel/person.ts'

export interface BudgetOwner {
  readonly person: Person
  /** Two clients of one person have two budgets. */
  readonly clientId: string | undefined
}

/** The name of a budget: the `budgetId` that the authorization server issued at consent, otherwise the element itself. */
export type BudgetName =
  | { readonly budgetId: string }
  | { readonly canonicalDetails: JsonObject }

/**
 * A SHA-256 in base64url of an unambiguous encoding: two different owners or names never have the same text.
 *
 * Without a `budgetId` two equal elements of one person and client share one budget, in this token and in later ones. That
 * may limit more than was meant, and never less.
 */
export function budgetKey (budget: BudgetOwner & BudgetName): string {
  const name: readonly [string, string] = 'budgetId' in budget
    ? ['budget-id', budget.budgetId]
    : ['details', canonicalJson(budget.canonicalDetails)]
  // a JSON array of strings, because quoting keeps its members apart
  const text = JSON.stringify(['budget', 1, ...personKey(budget.person), budget.clientId ?? null, ...name])
  return createHash('sha256').update(text, 'utf8').digest('base64url')
}

/** What a total of a declared details type counts. */
export interface CountedTotal extends BudgetOwner {
  readonly type: string
  /** The member that holds the limit: a type may have several totals, which count apart. */
  readonly member: string
  /** Of the period, for a total that begins again: period.ts. */
  readonly period: string
}

/** As `budgetKey`, for one total of one period: every other type, member or period has another key. */
export function counterKey (total: CountedTotal & BudgetName): string {
  const name: readonly [string, string] = 'budgetId' in total
    ? ['budget-id', total.budgetId]
    : ['details', canonicalJson(total.canonicalDetails)]
  const text = JSON.stringify(
    ['total', 1, ...personKey(total.person), total.clientId ?? null, total.type, total.member, total.period, ...name])
  return createHash('sha256').update(text, 'utf8').digest('base64url')
}
