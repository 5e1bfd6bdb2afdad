// What is the answer when a transaction found that a permitted call needs more than was permitted? A price that
// changed, a total that is used up: known only inside the storage, refused like any other lack of authorization.

import type { DetailsRequirement, JudgementContext } from './authorization-details/details-requirement.ts'
import type { Denial } from './denial.ts'
import type { Permit } from './permit.ts'

export interface NeededAfterAll {
  /** What this very call needs, as the storage found it. */
  readonly details: DetailsRequirement
  /** Every scope the operation needs. */
  readonly scopes: readonly string[]
  /** The member of the details that was too small; for logs. */
  readonly member: string
}

/**
 * The denial with its remedy. A permit without limits cannot be found too small: that is a fault of the storage, and
 * nothing is promised about it.
 */
export function reconsider (permit: Permit, needed: NeededAfterAll, context: JudgementContext): Denial {
  if (permit.details === 'unrestricted') return { kind: 'undecidable' }
  return {
    kind: 'insufficient-authorization',
    problem: 'insufficient',
    member: needed.member,
    remedy: [needed.details.smallest(context)],
    scopes: needed.scopes
  }
}
