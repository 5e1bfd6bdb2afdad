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

/** A call in the list of those that are waited for. */
interface Wait {
  readonly call: AwaitedCall
  sinceMs: number
  writes: number
  previous: Wait | undefined
  next: Wait | undefined
}

export type AwaitedWait = Pick<Wait, 'call'>

export interface KeepAliveOptions {
  readonly clock: Clock
  /** Milliseconds, read at each look; 0: no comments. */
  readonly silenceMs: () => number
}

/** How often the calls are looked at. One timer for all of them: most calls end long before. */
const LOOK_MS = 1000

/**
 * The calls are a linked list: a `Map` that loses entries as fast as it gains them costs more (docs/performance.md#in-flight-table).
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions
  #first: Wait | undefined
  #timer: NodeJS.Timeout | undefined

  constructor (options: KeepAliveOptions) {
    this.#options = options
  }

  /**
   * @param sinceMs when the silence began, on the monotonic clock
   * @returns what `forget` takes
   */
  await (call: AwaitedCall, sinceMs: number): AwaitedWait {
    const wait: Wait = { call, sinceMs, writes: 0, previous: undefined, next: this.#first }
    if (this.#first !== undefined) this.#first.previous = wait
    this.#first = wait
    this.#timer ??= setInterval(() => { this.look() }, LOOK_MS).unref()
    return wait
  }

  /** The call is answered. A second call has no effect. */
  forget (awaited: AwaitedWait): void {
    const wait = awaited as Wait
    if (wait.previous !== undefined) wait.previous.next = wait.next
    else if (this.#first === wait) this.#first = wait.next
    if (wait.next !== undefined) wait.next.previous = wait.previous
    wait.previous = wait.next = undefined
  }

  /** Sends a comment to each call that was silent for so long. */
  look (): void {
    const { clock, silenceMs } = this.#options
    const nowMs = clock.monotonicMs()
    const allowedMs = silenceMs()
    for (let wait = this.#first, next = wait?.next; wait !== undefined; wait = next, next = wait?.next) {
      const { call } = wait
      const isSilent = call.isPermitted() && wait.writes === call.writes()
      if (isSilent && (allowedMs === 0 || nowMs - wait.sinceMs < allowedMs)) continue
      if (isSilent) call.comment()
      wait.sinceMs = nowMs
      wait.writes = call.writes()
    }
  }

  close (): void {
    clearInterval(this.#timer)
    this.#first = undefined
  }
}
