// The policy: decides about one call, and explains the same decision check by check. Both take the same values and use the same
// checks, so that an explanation cannot differ from the decision; a property test compares them.

import type { VerifiedGrant } from '../auth/grant.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { explain, type ExplainedRequirement, type Explanation } from './explain.ts'
import type { Moment, PolicyOptions } from './policy-options.ts'
import type { Requirement } from './requirement.ts'

export interface Policy {
  /** Never throws: a check that fails is a `fault`, and allows nothing. */
  readonly decide: (grant: VerifiedGrant, requirement: Requirement, moment: Moment) => Decision
  /** Never throws. What it says never becomes a Permit. */
  readonly explain: (grant: VerifiedGrant, requirement: ExplainedRequirement, moment: Moment) => Explanation
}

/**
 * @example
 * const policy = createPolicy({ resource: 'https://api.example/mcp', whenAbsent: 'deny' })
 * const decision = policy.decide(grant, requirement, { now: clock.now(), receivedAtMonotonicMs })
 */
export function createPolicy (options: PolicyOptions): Policy {
  return {
    decide: (grant, requirement, moment) => decide(grant, requirement, moment, options),
    explain: (grant, requirement, moment) => explain(grant, requirement, moment, options)
  }
}
