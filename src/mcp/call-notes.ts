// What is noted while a message is decided and a tool runs, where a viewer looks on. The notes decide nothing.

import type { Explanation } from '../policy/explain.ts'
import type { UsedTotal } from './tool-outcome.ts'

/** A moment on the way of a request that is not decided yet. */
export type CallStep =
  | 'authenticated'
  /** The authorization server is asked once more, for a tool that needs a live answer. */
  | 'asks-again'
  /** A policy decision point is asked for its opinion. */
  | 'asks-decision-point'
  | 'tool-started'
  | 'tool-ended'
  /** Another MCP server has answered in place of an own tool. */
  | 'upstream-answered'

/** No method throws; times are taken by the notes themselves. */
export interface CallNotes {
  readonly step: (step: CallStep) => void
  /** What was left of a total before and after the call. */
  readonly used: (used: UsedTotal) => void
  /** The checks of the policy, as `Policy.explain` repeats them after the decision. */
  readonly explained: (explanation: Explanation) => void
}
