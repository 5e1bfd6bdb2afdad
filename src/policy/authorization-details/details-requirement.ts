// What one call needs of the authorization details: a judge of one element, and the smallest element that suffices. Made by a details
// type, which closes over the values of the call, so the policy needs to know no details type.

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
  /** Not understood because of `member`: unknown, of a wrong type, contradictory. Such an element allows nothing. */
  | { readonly kind: 'unreadable', readonly member: string }

export interface DetailsRequirement {
  readonly type: string
  /** `element.type` already equals `type`. Never throws for any JSON. */
  readonly judge: (element: JsonObject, context: JudgementContext) => ElementVerdict
  /**
   * The smallest element that would allow this very call, ready to be sent as one of `authorization_details`.
   * @param granted the elements that the token has. Where one of them has a total, so has the result: a remedy must not replace a
   *   bounded grant by an unbounded one
   */
  readonly smallest: (context: JudgementContext, granted?: readonly JsonObject[]) => JsonObject
  /** `deny`: a token without details is refused whatever configuration says. Default: as configuration says. */
  readonly whenAbsent?: 'deny'
}
