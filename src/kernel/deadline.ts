// What takes too long? Many things may take so long and no longer, and most are over long before a timer of their own could have
// been set: they share one. It stops nothing: it tells whoever waits.

/** One that has neither passed nor been met. */
const pending = new Set<Deadline>()
let timer: NodeJS.Timeout | undefined
let timerAtMs = Infinity

/** Begins when it is made. */
export class Deadline {
  readonly #overAtMs: number
  readonly #passed: () => void

  /** @param passed called once, unless `met` comes first; must not throw */
  constructor (allowedMs: number, passed: () => void) {
    this.#overAtMs = performance.now() + allowedMs
    this.#passed = passed
    pending.add(this)
    wakeAt(this.#overAtMs)
  }

  /** What was waited for is over, one way or the other. */
  met (): void {
    pending.delete(this)
  }

  /** @returns when to look again, should it lie ahead */
  look (nowMs: number): number {
    if (this.#overAtMs > nowMs) return this.#overAtMs
    pending.delete(this)
    this.#passed()
    return Infinity
  }
}

function lookAtAll (): void {
  timer = undefined
  timerAtMs = Infinity
  const nowMs = performance.now()
  let nextMs = Infinity
  for (const deadline of pending) nextMs = Math.min(nextMs, deadline.look(nowMs))
  if (nextMs !== Infinity) wakeAt(nextMs)
}

function wakeAt (atMs: number): void {
  if (atMs >= timerAtMs) return
  clearTimeout(timer)
  timerAtMs = atMs
  // A process that is about to end does not wait for it. Rounded up: a timer may come a little early.
  timer = setTimeout(lookAtAll, Math.ceil(atMs - performance.now()) + 1).unref()
}
