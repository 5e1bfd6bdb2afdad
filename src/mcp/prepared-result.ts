// How is a long result that is the same for many put behind what differs between them? As bytes, encoded once and copied. Node
// gives every buffer of more than 4 kB memory of its own, which costs more than the copy: here many share one piece.

const PIECE_BYTES = 262_144

let piece = Buffer.alloc(0)
let used = 0

export class PreparedResult {
  readonly #bytes: Buffer

  /** @param json of the result; the brace that closes the message is added */
  constructor (json: string) {
    this.#bytes = Buffer.from(`${json}}`)
  }

  /** One message. Nobody writes into it, and its memory is never used again. */
  after (head: string): Buffer {
    const headBytes = Buffer.byteLength(head)
    const message = take(headBytes + this.#bytes.length)
    message.write(head)
    message.set(this.#bytes, headBytes)
    return message
  }
}

function take (bytes: number): Buffer {
  if (bytes > PIECE_BYTES / 8) return Buffer.allocUnsafeSlow(bytes)
  if (bytes > piece.length - used) {
    piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    used = 0
  }
  const taken = piece.subarray(used, used + bytes)
  used += bytes
  return taken
}
