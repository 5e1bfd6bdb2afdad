// Splits bytes that arrive in chunks into lines. The chunks of a line are joined once, at its end:
// docs/performance.md#lines-of-another-server. A line above the limit is skipped to its end.

const LF = 10
const CR = 13
const EMPTY = Buffer.alloc(0)
/** So much of the beginning and of the end of a skipped line is kept, to find out whose it was. */
const KEPT_BYTES = 1024
/** So many chunks are joined before the end of the line: a server that sends single bytes must not cost a hundred times their size. */
const MAX_PARTS = 1024

export interface LineObserver {
  /** Without its end. */
  readonly onLine: (line: string) => void
  /** The line was longer than the limit. `head` and `tail` are its first and last kilobyte. */
  readonly onLongLine: (head: string, tail: string) => void
}

/** `LF`: one newline ends a line, as MCP over stdio has it. `any`: CR, LF or both, as an event stream has it. */
export type LineEnd = 'LF' | 'any'

export class BoundedLines {
  readonly #maxBytes: number
  readonly #end: LineEnd
  readonly #observer: LineObserver
  #parts: Buffer[] = []
  /** How many of the last parts were not joined yet. */
  #loose = 0
  #bytes = 0
  #head = EMPTY
  #tail = EMPTY
  #skipping = false
  #lfFollows = false

  constructor (maxBytes: number, end: LineEnd, observer: LineObserver) {
    this.#maxBytes = maxBytes
    this.#end = end
    this.#observer = observer
  }

  push (chunk: Buffer): void {
    let start = this.#lfFollows && chunk[0] === LF ? 1 : 0
    if (chunk.length > 0) this.#lfFollows = false
    let lf = chunk.indexOf(LF, start)
    let cr = this.#end === 'any' ? chunk.indexOf(CR, start) : -1
    while (lf !== -1 || cr !== -1) {
      const atCr = cr !== -1 && (lf === -1 || cr < lf)
      const end = atCr ? cr : lf
      this.#endLine(chunk.subarray(start, end))
      start = end + 1
      if (atCr) {
        if (lf === start) start += 1
        else this.#lfFollows = start === chunk.length
        cr = chunk.indexOf(CR, start)
      }
      if (lf !== -1 && lf < start) lf = chunk.indexOf(LF, start)
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
  }

  #keep (part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > this.#maxBytes && !this.#skipping) {
      this.#skipping = true
      this.#head = Buffer.concat(this.#parts.concat(part), Math.min(this.#bytes, KEPT_BYTES))
      this.#parts = []
    }
    if (this.#skipping) this.#tail = Buffer.concat([this.#tail, part.subarray(-KEPT_BYTES)]).subarray(-KEPT_BYTES)
    else this.#addPart(part)
  }

  #addPart (part: Buffer): void {
    this.#parts.push(part)
    this.#loose += 1
    if (this.#loose < MAX_PARTS) return
    this.#parts.push(Buffer.concat(this.#parts.splice(-MAX_PARTS)))
    this.#loose = 0
  }

  #endLine (last: Buffer): void {
    if (this.#parts.length === 0 && last.length <= this.#maxBytes && !this.#skipping) return this.#observer.onLine(last.toString())
    this.#keep(last)
    const parts = this.#parts
    const skipped = this.#skipping
    const [head, tail] = [this.#head, this.#tail]
    this.#parts = []
    this.#loose = this.#bytes = 0
    this.#skipping = false
    this.#head = this.#tail = EMPTY
    if (skipped) this.#observer.onLongLine(head.toString(), tail.toString())
    else this.#observer.onLine(Buffer.concat(parts).toString())
  }
}
