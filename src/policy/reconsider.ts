// The denial of a permitted call whose transaction found that the permit is too small: a price has changed, or a total is used up. Only
// the storage can find that out; the client gets the same answer as for any other insufficient authorization.

import type { DetailsRequirement, JudgementContext } from './authorization-details/details-requirement.ts'
import type { Denial, Shortage } from './denial.ts'
import type { Permit } from './permit.ts'

export interface NeededAfterAll {
  /** The details that this call needs, as the storage found them. */
  readonly details: DetailsRequirement
  /** Every scope the operation needs. */
  readonly scopes: readonly string[]
  /** The member of the details that was too small; for logs. */
  readonly member: string
  /** What is left of a total that is used up. */
  readonly shortage?: Shortage
}

/**
 * The denial with its remedy. A permit without limits cannot be too small: that is a defect of the storage, and the denial offers no
 * remedy.
 */
export function reconsider (permit: Permit, needed: NeededAfterAll, context: JudgementContext): Denial {
  if (permit.details === 'unrestricted') return { kind: 'undecidable' }
  return {
    kind: 'insufficient-authorization',
    problem: 'insufficient',
    member: needed.member,
    remedy: [needed.details.smallest(context, permit.details.map(({ element }) => element))],
    scopes: needed.scopes,
    ...(needed.shortage === undefined ? {} : { shortage: needed.shortage })
  }
}
