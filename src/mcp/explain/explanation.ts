// The explanation of a token for its holder: the types that the explainer, the tool explain_authorization and the command `explain` share.

import type { Locale } from '../../kernel/locale.ts'
import type { EpochSeconds } from '../../kernel/units.ts'
import type { Explanation } from '../../policy/explain.ts'

/** Anyone with a token may ask, and a token may hold hundreds of elements. */
export const MAX_EXPLAINED_ELEMENTS = 20

export interface ExplainQuestion {
  /** Absent: every tool that the token may see, without arguments. */
  readonly tool?: string | undefined
  /** Of the call in question; absent: only what does not depend on arguments is explained. */
  readonly arguments?: unknown
  readonly language: Locale
}

/** One element of the token's authorization details, in words. */
export interface ElementInWords {
  /** Index in the token's array, from 0. */
  readonly index: number
  /** One line per limit; empty when the element cannot be read, so that it allows nothing. */
  readonly limits: readonly string[]
}

export interface ToolExplanation {
  readonly tool: string
  readonly explanation: Explanation
  /** The token's elements of the type that this tool needs, the first twenty. */
  readonly elements: readonly ElementInWords[]
  /** How many more there are. */
  readonly moreElements: number
  /** Why the given arguments are invalid. */
  readonly argumentsProblem: string | undefined
}

export interface TokenExplanation {
  /** `client`: the token acts for the client itself, and no person stands behind it. */
  readonly actsFor: 'person' | 'client'
  readonly clientId: string | undefined
  readonly scopes: readonly string[]
  readonly expiresAt: EpochSeconds | undefined
  /** How old the authorization server's answer was when the request arrived; 0 for a live one. */
  readonly answerAgeMs: number
  /** In the order of `tools/list`. */
  readonly tools: readonly ToolExplanation[]
}
