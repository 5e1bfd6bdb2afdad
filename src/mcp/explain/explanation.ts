// What is said of a token to the one who holds it? The words between the explainer, the tool that asks it, and the
// operator's command. Nothing here is computed.

import type { Locale } from '../../kernel/locale.ts'
import type { EpochSeconds } from '../../kernel/units.ts'
import type { Explanation } from '../../policy/explain.ts'

export interface ExplainQuestion {
  /** Absent: every tool that the token may see, without arguments. */
  readonly tool?: string | undefined
  /** Of the call that is asked about; absent: what can be said without any. */
  readonly arguments?: unknown
  readonly language: Locale
}

/** One element of the token's authorization details, in words. */
export interface ElementInWords {
  /** Its place in the token's array, from 0. */
  readonly index: number
  /** One line a limit; empty when the element cannot be read, and then it allows nothing. */
  readonly limits: readonly string[]
}

export interface ToolExplanation {
  readonly tool: string
  readonly explanation: Explanation
  /** The token's elements of the type that this tool needs. */
  readonly elements: readonly ElementInWords[]
  /** What is wrong with the arguments that were given. */
  readonly argumentsProblem: string | undefined
}

export interface TokenExplanation {
  readonly clientId: string | undefined
  readonly scopes: readonly string[]
  readonly expiresAt: EpochSeconds | undefined
  /** How old the authorization server's answer was when the request arrived; 0 for a live one. */
  readonly answerAgeMs: number
  /** In the order of `tools/list`. */
  readonly tools: readonly ToolExplanation[]
}
