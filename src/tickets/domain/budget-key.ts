// Which budget does an element draw on? The key survives a token refresh and is never shared by two people.
// It does not look at limits: raising a total at consent under the same `budgetId` keeps what was spent.

import { createHash } from 'node:crypto'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Person } from '../../kernel/person.ts'

export interface BudgetOwner {
  readonly person: Person
  /** Two clients of one person have two budgets. */
  readonly clientId: string | undefined
}

/** What names the budget: the `budgetId` the authorization server minted at consent, otherwise the element itself. */
export type BudgetName =
  | { readonly budgetId: string }
  | { readonly canonicalDetails: JsonObject }

/**
 * An opaque SHA-256 in base64url over an unambiguous encoding, so no two different owners or names meet in one text.
 *
 * Without a `budgetId` two equal elements of one person and client are one budget, in this token and in the next:
 * that limits more than was perhaps meant and never less.
 */
export function budgetKey (budget: BudgetOwner & BudgetName): string {
  const name: readonly [string, string] = 'budgetId' in budget
    ? ['budget-id', budget.budgetId]
    : ['details', canonicalJson(budget.canonicalDetails)]
  // a JSON array of strings: quoting keeps the borders between its members
  const text = JSON.stringify(['budget', 1, budget.person.issuer, budget.person.subject, budget.clientId ?? null, ...name])
  return createHash('sha256').update(text, 'utf8').digest('base64url')
}
