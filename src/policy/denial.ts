// A denial: the token is good, and does not allow this call. Mapped to a status and a challenge in one exhaustive switch, in
// http/answers/denial-answer.ts. A token that is not good is a Rejection: docs/architecture.md#two-kinds-of-error.

import type { JsonObject } from '../kernel/json.ts'

/** The total that is used up, of the token's own details. */
export interface Shortage {
  /** The member of the details that holds the total. */
  readonly member: string
  /** What this call needs, in minor units of `currency`, or a number of calls. */
  readonly needed: number
  readonly remaining: number
  readonly currency?: string
  /** RFC 3339 UTC, when the total begins again; absent: never. */
  readonly until?: string
}

export type Denial =
  /** `scopes`: every scope the operation needs, those the grant has included (MCP authorization, scope challenge). */
  | { readonly kind: 'insufficient-scope', readonly scopes: readonly string[] }
  | {
    readonly kind: 'insufficient-authentication'
    readonly acrValues: readonly string[] | undefined
    /** Seconds. */
    readonly maxAgeSeconds: number | undefined
  }
  | {
    readonly kind: 'insufficient-authorization'
    readonly problem: 'absent' | 'none-granted' | 'unreadable' | 'other-type' | 'insufficient'
      /** A policy decision point asks for other details than this gateway's own policy does. */
      | 'second-opinion'
      /** The token is for one other call, or was used for its call. */
      | 'other-transaction' | 'used-transaction'
    /** The member that was too small or not readable, of the last element judged; for logs. */
    readonly member: string | undefined
    /** The smallest `authorization_details` that would allow this very call. */
    readonly remedy: readonly JsonObject[]
    /** Every scope the operation needs, so that a client asks for all of it at once. */
    readonly scopes: readonly string[]
    /** Present when a total is used up. */
    readonly shortage?: Shortage
    /** A compact JWS, where the client accepts one: the signed form of `remedy`, for this very call. */
    readonly transactionChallenge?: string
  }
  /** The same of a call that needs no details. */
  | { readonly kind: 'other-transaction' | 'used-transaction' }
  /** A policy decision point refused what this gateway's own policy permits, and named no remedy that can be passed on. */
  | { readonly kind: 'refused-by-decision-point' }
  /**
   * No other token would allow it (`unavailable`), or it is not said whether one would (`undisclosed`): a tool answers this before it has
   * done anything. `text` is for people and models.
   */
  | { readonly kind: 'not-allowed', readonly remediation: 'unavailable' | 'undisclosed', readonly text: string }
  /** It could not be decided. Nothing is allowed, and no remedy is offered. */
  | { readonly kind: 'undecidable' }
