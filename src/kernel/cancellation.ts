// Whether an answer is still waited for. An AbortSignal says the same, but making two of them was a tenth of a proxied call:
// docs/performance.md#cancellations. One is made when a tool reads it.

/** What an AbortSignal and a Cancellation have in common. */
export interface CancellationNotice {
  readonly aborted: boolean
  addEventListener (type: 'abort', listener: () => void): void
  removeEventListener (type: 'abort', listener: () => void): void
}

export class Cancellation implements CancellationNotice {
  #aborted = false
  #listeners: Array<() => void> = []
  #controller: AbortController | undefined

  get aborted (): boolean {
    return this.#aborted
  }

  /** The same for code that takes an AbortSignal. */
  get signal (): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** @param listener called once, and not when `aborted` is true already; must not throw */
  addEventListener (_type: 'abort', listener: () => void): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener)
  }

  removeEventListener (_type: 'abort', listener: () => void): void {
    const place = this.#listeners.indexOf(listener)
    if (place !== -1) this.#listeners.splice(place, 1)
  }

  abort (): void {
    if (this.#aborted) return
    this.#aborted = true
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
    this.#controller?.abort()
  }
}
