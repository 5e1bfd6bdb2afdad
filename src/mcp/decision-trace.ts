// What may the log keep of an explanation? Which checks were made and how they came out, by names that declarations
// chose; no claim, no argument, no amount, and no remedy, which is made of arguments.

import type { CheckOutcome, ElementFinding, Explanation } from '../policy/explain.ts'

export interface DecisionTrace {
  readonly verdict: Explanation['verdict']
  readonly checks: Readonly<Record<string, CheckOutcome>>
  /** Scopes that the tool needs and the token lacks. */
  readonly missingScopes?: readonly string[]
  readonly problem?: string
  /** The token's elements of the needed type: their place, and the member because of which one does not suffice. */
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
