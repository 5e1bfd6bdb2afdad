// What may refuse a call, from the inside to the outside: the policy, a token that is for another call, a decision point, a token for one
// call that was used before. What configuration leaves out is no step at all: docs/second-opinion.md, docs/transaction-challenge.md.

import type { Clock } from '../kernel/clock.ts'
import type { Policy } from '../policy/policy.ts'
import { createAuthorize, type Authorize } from './call-authorization.ts'
import { withSecondOpinion, type SecondOpinion } from './second-opinion.ts'
import type { Transactions } from './transactions.ts'

interface Steps {
  readonly policy: Policy
  readonly clock: Clock
  readonly secondOpinion?: SecondOpinion | undefined
  readonly transactions?: Transactions | undefined
}

export function authorizeInSteps ({ policy, clock, secondOpinion, transactions }: Steps): Authorize {
  const decided = createAuthorize(policy, clock)
  const own = transactions === undefined ? decided : transactions.checked(decided)
  const questioned = secondOpinion === undefined ? own : withSecondOpinion(own, secondOpinion)
  return transactions === undefined ? questioned : transactions.usedOnce(questioned)
}
