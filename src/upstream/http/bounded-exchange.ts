// One HTTP request to another server within its time: what ends it, and that it ends once. A handler of undici, because `request()` bounds
// neither the size of a reply nor the whole time (https://undici.nodejs.org/#/docs/api/Dispatcher).

import type { Dispatcher } from 'undici'
import type { CancellationNotice } from '../../kernel/cancellation.ts'
import type { FailedReply, ReplyHeaders } from './http-reply.ts'

export interface ExchangeBounds {
  readonly timeoutMs: number
  readonly signal?: CancellationNotice | undefined
}

/** @returns why the request must not even begin */
export function givenUpBefore ({ timeoutMs, signal }: ExchangeBounds): FailedReply | undefined {
  if (timeoutMs <= 0) return { kind: 'failed', why: 'timeout', sent: false }
  return signal?.aborted === true ? { kind: 'failed', why: 'cancelled', sent: false } : undefined
}

export abstract class BoundedExchange<Reply> implements Dispatcher.DispatchHandler {
  readonly #bounds: ExchangeBounds
  readonly #resolve: (reply: Reply | FailedReply) => void
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #settled = false

  protected constructor (bounds: ExchangeBounds, resolve: (reply: Reply | FailedReply) => void) {
    this.#bounds = bounds
    this.#resolve = resolve
  }

  readonly #onAbort = (): void => { this.#giveUp('cancelled') }

  send (dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): void {
    const { timeoutMs, signal } = this.#bounds
    this.#timer = setTimeout(() => { this.#giveUp('timeout') }, timeoutMs).unref()
    signal?.addEventListener('abort', this.#onAbort)
    try {
      dispatcher.dispatch(options, this)
    } catch {
      this.onResponseError()
    }
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    // What was given up while it waited for a connection must not be sent.
    if (this.#settled) return controller.abort(new Error('given up'))
    this.#controller = controller
  }

  abstract onResponseStart (controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void
  abstract onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void
  abstract onResponseEnd (): void

  onResponseError (): void {
    this.settle({ kind: 'failed', why: 'transport', sent: this.#controller !== undefined })
  }

  protected get settled (): boolean { return this.#settled }

  /** The first reply counts. */
  protected settle (reply: Reply | FailedReply): void {
    this.stopWaiting()
    if (this.#settled) return
    this.#settled = true
    this.#bounds.signal?.removeEventListener('abort', this.#onAbort)
    this.#resolve(reply)
  }

  /** What else comes is not read. */
  protected settleAndDrop (reply: Reply | FailedReply): void {
    this.settle(reply)
    this.#controller?.abort(new Error('given up'))
  }

  /** Reads on after the reply, so that the connection can be used again; not longer than this. */
  protected dropAfter (milliseconds: number): void {
    this.#timer = setTimeout(() => { this.#controller?.abort(new Error('answered')) }, milliseconds).unref()
  }

  protected stopWaiting (): void { clearTimeout(this.#timer) }

  #giveUp (why: 'timeout' | 'cancelled'): void {
    this.settleAndDrop({ kind: 'failed', why, sent: this.#controller !== undefined })
  }
}
