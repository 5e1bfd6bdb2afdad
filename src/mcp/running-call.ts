// What the gateway knows of a running call besides what every tool may know: its cancellation without an AbortSignal
// (docs/performance.md#cancellations), and whether its client wants to hear of progress.

import type { Cancellation, CancellationNotice } from '../kernel/cancellation.ts'
import type { ToolCall } from './tool.ts'

export interface RunningCall extends ToolCall {
  readonly cancellation: Cancellation
  /** `false`: `progress` does nothing. */
  readonly wantsProgress: boolean
}

export function cancellationOf (call: ToolCall): CancellationNotice {
  return isRunning(call) ? call.cancellation : call.signal
}

export function wantsProgress (call: ToolCall): boolean {
  return !isRunning(call) || call.wantsProgress
}

/** A tool may be run by other code, with a call of its making. */
function isRunning (call: ToolCall): call is RunningCall {
  return 'cancellation' in call
}
