// The lines for a process that were not written yet. One write is in flight at a time, with everything that came meanwhile: many calls
// share a write, and a call whose line still waits here when the process ends was certainly not executed.

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
    if (!this.#writing) this.#write()
  }

  /** A line that nothing waits for. */
  sendAside (text: string): void {
    if (this.#lines.length < MAX_ASIDE) this.send(text, () => true)
  }

  #write (): void {
    const lines = this.#lines
    this.#lines = []
    let text = ''
    for (const line of lines) if (line.onWrite()) text += `${line.text}\n`
    if (text === '') return
    this.#writing = true
    this.#input.write(text, failure => {
      this.#writing = false
      if ((failure ?? undefined) === undefined && this.#lines.length > 0) this.#write()
    })
  }
}
