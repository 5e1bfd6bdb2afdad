// What does one call need of the authorization details? The details type (ticket-reservation, or a developer's own)
// closes over the call's values and hands policy this: a judge of one element, and the smallest element that would do.

import type { JsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'

export interface JudgementContext {
  readonly now: EpochMilliseconds
  /** The configured resource identifier: what `locations` is compared with. */
  readonly resource: string
}

/** An element is judged whole; two are never merged (RFC 9396 §2). */
export type ElementVerdict =
  | { readonly kind: 'sufficient' }
  /** Readable, and does not allow this call because of `member`. */
  | { readonly kind: 'insufficient', readonly member: string }
  /** Not understood because of `member`: unknown, of a wrong type, contradicting. Always a denial of that element. */
  | { readonly kind: 'unreadable', readonly member: string }

export interface DetailsRequirement {
  readonly type: string
  /** `element.type` already equals `type`. Never throws for any JSON. */
  readonly judge: (element: JsonObject, context: JudgementContext) => ElementVerdict
  /** The smallest element that would allow this very call, ready to be sent as one of `authorization_details`. */
  readonly smallest: (context: JudgementContext) => JsonObject
}
