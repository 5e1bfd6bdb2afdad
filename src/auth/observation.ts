// What happened while a token was looked at? For metrics and the operator's log: no token, no claim, no upstream text.

import type { UnavailabilityCause } from '../kernel/fault.ts'
import type { CircuitState } from './circuit-breaker.ts'
import type { TokenStatus } from './token-claims.ts'

type InquiryOutcome =
  | { readonly outcome: TokenStatus['kind'] }
  | { readonly outcome: 'unavailable', readonly reason: UnavailabilityCause }

/** One question that went to the authorization server, whoever waited for it. */
export type Inquiry = InquiryOutcome & {
  readonly kind: 'inquiry'
  /** A tool insisted on it, whatever the cache knew. */
  readonly live: boolean
  readonly durationMs: number
  readonly tokenFingerprint: string
}

/** An authorization server is left alone (`open`), tried (`half-open`) or asked again (`closed`). */
export interface CircuitEvent { readonly kind: 'circuit', readonly issuer: string, readonly state: CircuitState }

export type AuthenticationEvent =
  | { readonly kind: 'cache-hit' }
  /** A kept "inactive" or "unusable". */
  | { readonly kind: 'negative-hit' }
  /** Asked, or waited for a question already under way. */
  | { readonly kind: 'cache-miss' }
  | CircuitEvent
  | Inquiry
