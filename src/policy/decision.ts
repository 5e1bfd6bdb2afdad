// The answer of the policy about one call. It travels to the HTTP answer as it is: mcp/ passes it on, http/ writes it.

import type { GatewayError } from '../kernel/fault.ts'
import type { Denial } from './denial.ts'
import type { Permit } from './permit.ts'

export type Decision =
  | { readonly kind: 'permit', readonly permit: Permit }
  | { readonly kind: 'denial', readonly denial: Denial }
  /** Every other check passed, and the tool demands an answer of the authorization server that is newer than this grant. */
  | { readonly kind: 'needs-fresh' }
  /**
   * A check failed, so the call is refused: the client gets the answer of the denial `undecidable`, the operator gets the fault.
   * The fault's cause may quote anything: its message is never printed.
   */
  | { readonly kind: 'fault', readonly fault: GatewayError }
