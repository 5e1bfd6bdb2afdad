// Events of authentication, for metrics and the operator's log. They contain no token, no claim and no text that a server sent.

import type { FailureCircumstance, UnavailabilityCause } from '../kernel/fault.ts'
import type { CircuitState } from './circuit-breaker.ts'
import type { SelfTestOutcome } from './guard/self-test.ts'
import type { TokenStatus } from './token-claims.ts'

type InquiryOutcome =
  | { readonly outcome: TokenStatus['kind'] }
  | { readonly outcome: 'unavailable', readonly reason: UnavailabilityCause }

/** One request to the authorization server about a token. Several clients may share it. */
type Inquiry = InquiryOutcome & {
  readonly kind: 'inquiry'
  /** Requested by a tool that needs a fresh answer, without regard to the cache. */
  readonly live: boolean
  readonly durationMs: number
  readonly tokenFingerprint: string
}

/** The circuit breaker of an authorization server has changed its state, or has been open for another minute. */
export interface CircuitEvent {
  readonly kind: 'circuit'
  readonly issuer: string
  readonly state: CircuitState
  /** Why the last probe failed; `defect` when none has, or for an error in the gateway. */
  readonly reason: UnavailabilityCause | 'defect'
}

/** Inactive answers of an authorization server are no longer believed, or are again. */
export interface DoubtEvent {
  readonly kind: 'doubt'
  readonly issuer: string
  readonly doubted: boolean
}

/** What the self-test of the credentials found, when it found something else than before. */
export interface SelfTestEvent {
  readonly kind: 'self-test'
  readonly issuer: string
  readonly outcome: SelfTestOutcome
  /** Why, unless the credentials are accepted or indistinct. */
  readonly reason?: UnavailabilityCause
  readonly circumstance?: FailureCircumstance
}

/** The metadata of an authorization server name an introspection endpoint on another origin: our credentials are sent there. */
interface ForeignEndpointEvent {
  readonly kind: 'foreign-endpoint'
  readonly issuer: string
}

/** What is noticed about an authorization server as a whole, by this gateway itself. */
export type ServerEvent = CircuitEvent | DoubtEvent | SelfTestEvent | ForeignEndpointEvent

export type AuthenticationEvent =
  | { readonly kind: 'cache-hit' }
  /** A cached answer that refuses the token. */
  | { readonly kind: 'negative-hit' }
  /** A request was sent, or one in flight was joined. */
  | { readonly kind: 'cache-miss' }
  | ServerEvent
  | Inquiry
