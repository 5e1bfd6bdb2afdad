// How long may a tool take? A tool around another: what it needs and what it does must be known in time. It cannot stop code
// that does not listen to its signal; it only no longer waits for it.

import { Deadline } from '../kernel/deadline.ts'
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

/** What comes of the work later is of interest to nobody: neither its value nor its failure. */
function inTime<T> (work: Promise<T>, allowedMs: number, what: string, overdue: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = new Deadline(allowedMs, () => {
      reject(new GatewayError('GW_TOOL_TIMEOUT', `${what} took longer than ${allowedMs} ms`))
      overdue()
    })
    // A tool may be written in JavaScript, and answer without a promise.
    Promise.resolve(work).then(value => {
      deadline.met()
      resolve(value)
    }, (failure: Error) => {
      deadline.met()
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
