// The checks of a decision for the log: their names and outcomes, and the names of scopes and members. No claim, no argument, no amount,
// and no remedy, which is made of arguments.

import type { CheckOutcome, ElementFinding, Explanation } from '../../policy/explain.ts'

export interface DecisionTrace {
  readonly verdict: Explanation['verdict']
  readonly checks: Readonly<Record<string, CheckOutcome>>
  /** Scopes that the tool needs and the token lacks. */
  readonly missingScopes?: readonly string[]
  readonly problem?: string
  /** The token's elements of the needed type: their index, and the member because of which one does not suffice. */
  readonly elements?: readonly ElementFinding[]
}

export function traceOf ({ verdict, checks }: Explanation): DecisionTrace {
  const scope = checks.find(({ check }) => check === 'scope')
  const details = checks.find(({ check }) => check === 'authorization-details')
  return {
    verdict,
    checks: Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome])),
    ...(scope?.check === 'scope' && scope.missing.length > 0 ? { missingScopes: scope.missing } : {}),
    ...(details?.check === 'authorization-details' && details.problem !== undefined ? { problem: details.problem } : {}),
    ...(details?.check === 'authorization-details' && details.elements.length > 0 ? { elements: details.elements } : {})
  }
}
