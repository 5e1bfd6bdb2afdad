// The lines for a process that were not written yet. Lines of one turn of the event loop share a write, and those that come while one is in
// flight share the next: docs/performance.md#writes-to-a-process. A call whose line still waits when the process ends was not executed.

import type { Writable } from 'node:stream'

interface Line {
  readonly text: string
  /** Called before the line is written. `false`: it is not needed any more. */
  readonly onWrite: () => boolean
}

/** Answers and cancellations for a process that does not read are dropped beyond this. */
const MAX_ASIDE = 1000

export class Outbox {
  readonly #input: Writable
  #lines: Line[] = []
  #writing = false

  constructor (input: Writable) {
    this.#input = input
    // The end of the process is reported by the process itself.
    input.on('error', () => {})
  }

  send (text: string, onWrite: () => boolean): void {
    this.#lines.push({ text, onWrite })
    if (this.#writing) return
    this.#writing = true
    setImmediate(this.#write)
  }

  /** A line that nothing waits for. */
  sendAside (text: string): void {
    if (this.#lines.length < MAX_ASIDE) this.send(text, () => true)
  }

  readonly #write = (): void => {
    const lines = this.#lines
    this.#lines = []
    let text = ''
    for (const line of lines) if (line.onWrite()) text += `${line.text}\n`
    this.#writing = text !== ''
    if (!this.#writing) return
    this.#input.write(text, failure => {
      this.#writing = false
      if ((failure ?? undefined) === undefined && this.#lines.length > 0) this.#write()
    })
  }
}
