// How does a running tool reach its caller before the answer is ready? The port that http/ implements for each request.

import type { JsonValue, JsonObject } from '../kernel/json.ts'
import type { ToolCall } from './tool.ts'

export interface ReplyChannel {
  /** Aborted when the caller goes away. Made on the first call only. */
  readonly signal: () => AbortSignal
  /** Whether the caller's `Accept` header names `text/event-stream`. */
  readonly acceptsStream: () => boolean
  /** Sends one JSON-RPC message ahead of the answer; the first one opens the stream. */
  readonly notify: (json: string) => void
}

/**
 * What a tool holds of its request: the channel, the token under which the client wants to hear of progress, and the
 * question what the caller's token allows.
 */
export class ChannelledCall implements ToolCall {
  readonly #channel: ReplyChannel
  readonly #progressToken: string | number | undefined
  readonly explain: ToolCall['explain']

  /** @param meta `_meta` of the request */
  constructor (channel: ReplyChannel, meta: JsonObject | undefined, explain: ToolCall['explain']) {
    this.#channel = channel
    this.explain = explain
    this.#progressToken = meta === undefined ? undefined : progressToken(meta['progressToken'])
  }

  get signal (): AbortSignal {
    return this.#channel.signal()
  }

  /** Bound, so that a tool may take it apart from the rest. */
  readonly progress = (progress: number, total?: number, message?: string): void => {
    if (this.#progressToken === undefined || !this.#channel.acceptsStream()) return
    const params = { progressToken: this.#progressToken, progress, total, message }
    this.#channel.notify(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }))
  }
}

function progressToken (value: JsonValue | undefined): string | number | undefined {
  return typeof value === 'string' || Number.isSafeInteger(value) ? value as string | number : undefined
}
