// What can be the answer to "may this grant do this?" Exactly one of three things.

import type { Denial } from './denial.ts'
import type { Permit } from './permit.ts'

export type Decision =
  | { readonly kind: 'permit', readonly permit: Permit }
  | { readonly kind: 'denial', readonly denial: Denial }
  /** Everything else suffices, and the tool insists on an answer newer than the one at hand. */
  | { readonly kind: 'needs-fresh' }
