// The contract of one member of a details type: which values are well formed, whether a value suffices for a call, and what the smallest
// such value is. vocabulary.ts has the members that are ready to use.

import type { Locale } from '../../kernel/locale.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import type { JudgementContext } from './details-requirement.ts'
import type { Wording } from './wording.ts'

export interface MemberWords {
  /** A few words, as a label on a page. */
  readonly title: Wording
  /** One sentence: what the member limits, and what its absence means. */
  readonly description: Wording
}

export interface Member<Call> extends MemberWords {
  /** An element without it is unreadable: a limit that was lost must not count as no limit. */
  readonly required: boolean
  /** The value that an absent member stands for. */
  readonly whenAbsent?: JsonValue
  /** JSON Schema 2020-12 of the value, without title and description. */
  readonly schema: JsonObject
  /** Whether any JSON value is valid by `schema`, the `format` of a date-time included. */
  readonly isWellFormed: (value: JsonValue) => boolean
  /**
   * Whether the member, or its absence, allows this call. Called with well-formed values alone. A call that has no value for the
   * member is not compared with it.
   */
  readonly suffices: (value: JsonValue | undefined, call: Call, context: JudgementContext) => boolean
  /** The smallest value that suffices; `undefined` leaves the member out. */
  readonly smallest: (call: Call) => JsonValue | undefined
  /** A total over several calls: the part of it that this call needs. It is in a remedy when the token has such a total. */
  readonly smallestTotal?: (call: Call) => JsonValue | undefined
  /** What is wrong with the call's own value; `undefined` when nothing is. */
  readonly problemOf: (call: Call) => string | undefined
  /** Lists are sets: one order, no repetition. */
  readonly canonical?: (value: JsonValue) => JsonValue
  /** @param element the well-formed element, absent members filled in */
  readonly text: (value: JsonValue, element: JsonObject, language: Locale) => string
}
