// Reads a `text/event-stream`, event by event, while it arrives. Only the data of events named `message`, or not named, is passed on:
// ids are ignored, because nothing is resumed (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).

import { BoundedLines } from '../bounded-lines.ts'

export interface EventObserver {
  readonly onData: (data: string) => void
  /** An event was larger than the limit, and is left out. */
  readonly onTooLarge: () => void
}

export class EventStreamReader {
  readonly #lines: BoundedLines
  readonly #maxBytes: number
  readonly #observer: EventObserver
  #data: string[] = []
  #characters = 0
  #named = false
  #tooLarge = false
  #first = true

  /** @param maxBytes of one event */
  constructor (maxBytes: number, observer: EventObserver) {
    this.#maxBytes = maxBytes
    this.#observer = observer
    this.#lines = new BoundedLines(maxBytes, 'any', {
      onLine: line => { this.#line(line) },
      onLongLine: () => { this.#tooLarge = true }
    })
  }

  push (chunk: Buffer): void {
    this.#lines.push(chunk)
  }

  #line (line: string): void {
    if (this.#first) {
      this.#first = false
      if (line.startsWith('\uFEFF')) return this.#line(line.slice(1))
    }
    if (line === '') return this.#endEvent()
    if (line.startsWith('data:')) return this.#keep(line.startsWith(' ', 5) ? line.slice(6) : line.slice(5))
    if (line === 'data') return this.#keep('')
    if (line.startsWith('event:')) {
      const name = line.slice(6).trim()
      this.#named = name !== '' && name !== 'message'
    }
  }

  #keep (data: string): void {
    this.#characters += data.length + 1
    if (this.#characters > this.#maxBytes) this.#tooLarge = true
    else this.#data.push(data)
  }

  #endEvent (): void {
    const [only, second] = this.#data
    const data = second === undefined ? only : this.#data.join('\n')
    const { tooLarge, named } = this.#take()
    if (tooLarge) this.#observer.onTooLarge()
    else if (data !== undefined && !named) this.#observer.onData(data)
  }

  #take (): { readonly tooLarge: boolean, readonly named: boolean } {
    const taken = { tooLarge: this.#tooLarge, named: this.#named }
    this.#data = []
    this.#characters = 0
    this.#named = this.#tooLarge = false
    return taken
  }
}
