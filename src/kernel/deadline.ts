// What takes too long? Many things may take so long and no longer, and most are over long before a timer of their own could have
// been set: they share one. It stops nothing: it tells whoever waits.

let timer: NodeJS.Timeout | undefined
let timerAtMs = Infinity

/** Begins when it is made. */
export class Deadline {
  readonly #overAtMs: number
  readonly #passed: () => void
  // The others that are pending, as a chain: to join and to leave it costs nothing, and every call of a tool does both.
  #before: Deadline | undefined
  #after: Deadline | undefined
  #pending = true

  static #newest: Deadline | undefined

  /** @param passed called once, unless `met` comes first; must not throw */
  constructor (allowedMs: number, passed: () => void) {
    this.#overAtMs = performance.now() + allowedMs
    this.#passed = passed
    this.#before = Deadline.#newest
    if (this.#before !== undefined) this.#before.#after = this
    Deadline.#newest = this
    wakeAt(this.#overAtMs)
  }

  /** What was waited for is over, one way or the other. */
  met (): void {
    if (!this.#pending) return
    this.#pending = false
    if (this.#before !== undefined) this.#before.#after = this.#after
    if (this.#after !== undefined) this.#after.#before = this.#before
    else Deadline.#newest = this.#before
    this.#before = this.#after = undefined
  }

  /** Tells those whose time is over. */
  static lookAtAll (this: void): void {
    timer = undefined
    timerAtMs = Infinity
    const nowMs = performance.now()
    const over: Deadline[] = []
    let nextMs = Infinity
    for (let deadline = Deadline.#newest; deadline !== undefined; deadline = deadline.#before) {
      if (deadline.#overAtMs <= nowMs) over.push(deadline)
      else nextMs = Math.min(nextMs, deadline.#overAtMs)
    }
    if (nextMs !== Infinity) wakeAt(nextMs)
    for (const deadline of over.reverse()) {
      // One may have ended another.
      if (!deadline.#pending) continue
      deadline.met()
      deadline.#passed()
    }
  }
}

function wakeAt (atMs: number): void {
  if (atMs >= timerAtMs) return
  clearTimeout(timer)
  timerAtMs = atMs
  // A process that is about to end does not wait for it. Rounded up: a timer may come a little early.
  timer = setTimeout(Deadline.lookAtAll, Math.ceil(atMs - performance.now()) + 1).unref()
}
