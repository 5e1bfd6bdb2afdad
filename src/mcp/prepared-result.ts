// A long result that many requests share, as bytes: encoded once, and copied behind the id of each request. Node allocates each
// buffer above 4 kB separately, which costs more than the copy; here many share one slab: docs/performance.md#prepared-results

const SLAB_BYTES = 262_144

let slab = Buffer.alloc(0)
let used = 0

export class PreparedResult {
  readonly #bytes: Buffer

  /** @param json the result; the brace that closes the message is added */
  constructor (json: string) {
    this.#bytes = Buffer.from(`${json}}`)
  }

  /** One message. Its memory is not used for another message. */
  after (head: string): Buffer {
    const headBytes = Buffer.byteLength(head)
    const message = take(headBytes + this.#bytes.length)
    message.write(head)
    message.set(this.#bytes, headBytes)
    return message
  }
}

function take (bytes: number): Buffer {
  if (bytes > SLAB_BYTES / 8) return Buffer.allocUnsafeSlow(bytes)
  if (bytes > slab.length - used) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
    used = 0
  }
  const taken = slab.subarray(used, used + bytes)
  used += bytes
  return taken
}
