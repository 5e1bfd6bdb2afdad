// How does a running tool reach its caller before the answer is ready? The port that http/ implements for each request.

import type { JsonValue, JsonObject } from '../kernel/json.ts'
import type { ToolCall } from './tool.ts'

export interface ReplyChannel {
  /** Aborted when the caller goes away. Made on the first call only. */
  readonly signal: () => AbortSignal
  /** Whether the caller's `Accept` header names `text/event-stream`. */
  readonly acceptsStream: boolean
  /** Sends one JSON-RPC message ahead of the answer; the first one opens the stream. */
  readonly notify: (json: string) => void
}

/** @param meta `_meta` of the request, for its `progressToken` */
export function toolCallOver (channel: ReplyChannel, meta: JsonObject | undefined): ToolCall {
  const token = progressToken(meta?.['progressToken'])
  return {
    get signal () { return channel.signal() },
    progress (progress, total, message) {
      if (token === undefined || !channel.acceptsStream) return
      const params = { progressToken: token, progress, total, message }
      channel.notify(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }))
    }
  }
}

function progressToken (value: JsonValue | undefined): string | number | undefined {
  return typeof value === 'string' || Number.isSafeInteger(value) ? value as string | number : undefined
}
