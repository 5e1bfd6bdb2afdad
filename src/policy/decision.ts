// What can be the answer to "may this grant do this?" Exactly one of three things.

import type { GatewayError } from '../kernel/fault.ts'
import type { Denial } from './denial.ts'
import type { Permit } from './permit.ts'

export type Decision =
  | { readonly kind: 'permit', readonly permit: Permit }
  /** `fault`: why a denial is `undecidable`, for the operator's log. Its cause may quote anything: never print a message of it. */
  | { readonly kind: 'denial', readonly denial: Denial, readonly fault?: GatewayError }
  /** Everything else suffices, and the tool insists on an answer newer than the one at hand. */
  | { readonly kind: 'needs-fresh' }
