// What is one member of a details type? The contract between a type and the vocabulary it is declared in. A member
// knows which values are well formed, whether one is large enough for a call, and what the smallest such value is.

import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import type { JudgementContext } from './details-requirement.ts'
import type { Language, Wording } from './wording.ts'

export interface MemberWords {
  /** A few words, as a label on a page. */
  readonly title: Wording
  /** One sentence: what the member limits, and what its absence means. */
  readonly description: Wording
}

export interface Member<Call> extends MemberWords {
  /** An element without it is unreadable: a limit that got lost is not the absence of a limit. */
  readonly required: boolean
  /** What the type takes an absent member to say. */
  readonly whenAbsent?: JsonValue
  /** JSON Schema 2020-12 of the value, without title and description. */
  readonly schema: JsonObject
  /** What `schema` says, a date-time's `format` enforced, for any JSON value. */
  readonly isWellFormed: (value: JsonValue) => boolean
  /**
   * Whether the member, or its absence, leaves room for this call. Only ever asked about well-formed values. A call
   * that has no value for the member is not compared with it.
   */
  readonly suffices: (value: JsonValue | undefined, call: Call, context: JudgementContext) => boolean
  /** The smallest value that suffices; `undefined` leaves the member out. */
  readonly smallest: (call: Call) => JsonValue | undefined
  /** What is wrong with the call's own value; `undefined` when nothing is. */
  readonly problemOf: (call: Call) => string | undefined
  /** Lists are sets: one order, no repetition. */
  readonly canonical?: (value: JsonValue) => JsonValue
  /** @param element the well-formed element, absent members filled in */
  readonly text: (value: JsonValue, element: JsonObject, language: Language) => string
}
