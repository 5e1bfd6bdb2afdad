// What the gateway knows of a running call besides what every tool may know: its cancellation without an AbortSignal
// (docs/performance.md#cancellations), whether its client wants to hear of progress, and the notes of those who look on.

import type { Cancellation, CancellationNotice } from '../kernel/cancellation.ts'
import type { CallNotes } from './call-notes.ts'
import type { ToolCall } from './tool.ts'

export interface RunningCall extends ToolCall {
  readonly cancellation: Cancellation
  /** `false`: `progress` does nothing. */
  readonly wantsProgress: boolean
  /** Present while a viewer looks on. */
  readonly notes: CallNotes | undefined
}

export function cancellationOf (call: ToolCall): CancellationNotice {
  return isRunning(call) ? call.cancellation : call.signal
}

export function wantsProgress (call: ToolCall): boolean {
  return !isRunning(call) || call.wantsProgress
}

export function callNotesOf (call: ToolCall): CallNotes | undefined {
  return isRunning(call) ? call.notes : undefined
}

/** A tool may be run by other code, with a call of its making. */
function isRunning (call: ToolCall): call is RunningCall {
  return 'cancellation' in call
}
