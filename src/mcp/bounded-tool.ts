// How long may a tool take? A tool around another: what it needs and what it does must be known in time. It cannot stop code
// that does not listen to its signal; it only no longer waits for it.

import { GatewayError } from '../kernel/fault.ts'
import type { Tool, ToolCall } from './tool.ts'

/** @param limitMs as it is now, in milliseconds; 0: no limit */
export function boundedTool (tool: Tool, limitMs: () => number): Tool {
  const { name, title, description, annotations, input, output, access } = tool
  const { details } = access
  return {
    name,
    title,
    description,
    annotations,
    input,
    output,
    access: details === undefined
      ? access
      : {
          ...access,
          details (given, context) {
            const finding = details(given, context)
            const allowedMs = limitMs()
            return finding instanceof Promise && allowedMs > 0 ? inTime(finding, allowedMs, `${name}: access.details`, () => {}) : finding
          }
        },
    run (permit, given, call) {
      const allowedMs = limitMs()
      if (allowedMs === 0) return tool.run(permit, given, call)
      const bounded = new BoundedCall(call)
      return inTime(tool.run(permit, given, bounded), allowedMs, `${name}: run()`, () => { bounded.abort() })
    }
  }
}

interface Pending {
  readonly overAtMs: number
  readonly end: () => void
}

/** One timer for all: most calls are over before it could be set, and the first to begin is mostly the first to be late. */
const pending = new Set<Pending>()
let timer: NodeJS.Timeout | undefined
let timerAtMs = Infinity

function endLateOnes (): void {
  timer = undefined
  timerAtMs = Infinity
  const nowMs = performance.now()
  let nextMs = Infinity
  for (const entry of pending) {
    if (entry.overAtMs <= nowMs) entry.end()
    else nextMs = Math.min(nextMs, entry.overAtMs)
  }
  if (nextMs !== Infinity) wakeAt(nextMs)
}

function wakeAt (atMs: number): void {
  if (atMs >= timerAtMs) return
  clearTimeout(timer)
  timerAtMs = atMs
  // A process that is about to end does not wait for it. Rounded up: a timer may come a little early.
  timer = setTimeout(endLateOnes, Math.ceil(atMs - performance.now()) + 1).unref()
}

/** What comes of the work later is of interest to nobody: neither its value nor its failure. */
function inTime<T> (work: Promise<T>, allowedMs: number, what: string, overdue: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const entry: Pending = {
      overAtMs: performance.now() + allowedMs,
      end () {
        pending.delete(entry)
        reject(new GatewayError('GW_TOOL_TIMEOUT', `${what} took longer than ${allowedMs} ms`))
        overdue()
      }
    }
    pending.add(entry)
    wakeAt(entry.overAtMs)
    // A tool may be written in JavaScript, and answer without a promise.
    Promise.resolve(work).then(value => {
      pending.delete(entry)
      resolve(value)
    }, (failure: Error) => {
      pending.delete(entry)
      reject(failure)
    })
  })
}

/** Its signal is aborted when the time is over, too. */
class BoundedCall implements ToolCall {
  readonly #call: ToolCall
  #controller: AbortController | undefined
  #over = false
  readonly progress: ToolCall['progress']
  readonly explain: ToolCall['explain']

  constructor (call: ToolCall) {
    this.#call = call
    this.progress = call.progress
    this.explain = call.explain
  }

  get signal (): AbortSignal {
    if (this.#controller === undefined) {
      const controller = this.#controller = new AbortController()
      const { signal } = this.#call
      if (signal.aborted || this.#over) controller.abort()
      else signal.addEventListener('abort', () => { controller.abort() }, { once: true })
    }
    return this.#controller.signal
  }

  abort (): void {
    this.#over = true
    this.#controller?.abort()
  }
}
