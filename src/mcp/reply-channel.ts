// The channel from a running tool to its caller, before the answer is ready. A port: http/ implements it for each request.

import type { Cancellation } from '../kernel/cancellation.ts'
import type { JsonValue, JsonObject } from '../kernel/json.ts'
import type { RunningCall } from './running-call.ts'
import type { ToolCall } from './tool.ts'

export interface ReplyChannel {
  /** Aborted when the caller disconnects. Created on the first call. */
  readonly cancellation: () => Cancellation
  /** Whether the caller's `Accept` header names `text/event-stream`. */
  readonly acceptsStream: () => boolean
  /** True once a notification or a comment was sent: the status of the answer is then 200. */
  readonly opened: boolean
  /** Sends one JSON-RPC message ahead of the answer; the first one opens the stream. */
  readonly notify: (json: string) => void
}

/**
 * What a tool can do with its request: report progress under the client's `progressToken`, see that the caller has disconnected, and
 * ask what the caller's access token allows.
 */
export class ChannelledCall implements RunningCall {
  readonly #channel: ReplyChannel
  readonly #progressToken: string | number | undefined
  readonly explain: ToolCall['explain']
  readonly delegate: NonNullable<ToolCall['delegate']>
  readonly notes: RunningCall['notes']

  /** @param meta `_meta` of the request */
  constructor (
    channel: ReplyChannel, meta: JsonObject | undefined,
    { explain, delegate, notes }: Pick<ChannelledCall, 'explain' | 'delegate' | 'notes'>
  ) {
    this.#channel = channel
    this.explain = explain
    this.delegate = delegate
    this.notes = notes
    this.#progressToken = meta === undefined ? undefined : progressToken(meta['progressToken'])
  }

  get cancellation (): Cancellation {
    return this.#channel.cancellation()
  }

  get signal (): AbortSignal {
    return this.cancellation.signal
  }

  get wantsProgress (): boolean {
    return this.#progressToken !== undefined && this.#channel.acceptsStream()
  }

  /** Bound to this call, so that a tool may destructure it. */
  readonly progress = (progress: number, total?: number, message?: string): void => {
    if (!this.wantsProgress) return
    const params = { progressToken: this.#progressToken, progress, total, message }
    this.#channel.notify(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }))
  }
}

function progressToken (value: JsonValue | undefined): string | number | undefined {
  return typeof value === 'string' || Number.isSafeInteger(value) ? value as string | number : undefined
}
