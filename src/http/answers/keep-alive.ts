// Comments in the answer of a call that takes long: proxies and clients give up a connection on which nothing comes. The first comment
// makes the answer a stream, so none is sent before the call was permitted: a refusal keeps its status.

import type { Clock } from '../../kernel/clock.ts'

/** A call whose answer is waited for. */
export interface AwaitedCall {
  /** Whether it was permitted: from then on the status of its answer is 200. */
  readonly isPermitted: () => boolean
  /** How often something was written to its stream. */
  readonly writes: () => number
  /** Writes a comment, where the caller takes streams. */
  readonly comment: () => void
}

interface Silence {
  sinceMs: number
  writes: number
}

export interface KeepAliveOptions {
  readonly clock: Clock
  /** Milliseconds, read at each look; 0: no comments. */
  readonly silenceMs: () => number
}

/** How often the calls are looked at. One timer for all of them: most calls end long before. */
const LOOK_MS = 1000

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes */
export class KeepAlive {
  readonly #options: KeepAliveOptions
  readonly #awaited = new Map<AwaitedCall, Silence>()
  #timer: NodeJS.Timeout | undefined

  constructor (options: KeepAliveOptions) {
    this.#options = options
  }

  await (call: AwaitedCall): void {
    this.#awaited.set(call, { sinceMs: this.#options.clock.monotonicMs(), writes: call.writes() })
    this.#timer ??= setInterval(() => { this.look() }, LOOK_MS).unref()
  }

  /** The call is answered. */
  forget (call: AwaitedCall): void {
    this.#awaited.delete(call)
  }

  /** Sends a comment to each call that was silent for so long. */
  look (): void {
    const { clock, silenceMs } = this.#options
    const nowMs = clock.monotonicMs()
    const allowedMs = silenceMs()
    for (const [call, silence] of this.#awaited) {
      if (!call.isPermitted() || silence.writes !== call.writes()) {
        silence.sinceMs = nowMs
        silence.writes = call.writes()
      } else if (allowedMs > 0 && nowMs - silence.sinceMs >= allowedMs) {
        call.comment()
        silence.sinceMs = nowMs
        silence.writes = call.writes()
      }
    }
  }

  close (): void {
    clearInterval(this.#timer)
    this.#awaited.clear()
  }
}
