// A registered tool with a time limit: `access.details` and `run` must settle in time. The limit cannot stop code that ignores
// its signal; the gateway then stops waiting for that code.

import { Cancellation } from '../kernel/cancellation.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { RegisteredDetails, RegisteredTool } from './registered-tool.ts'
import { callNotesOf, cancellationOf, wantsProgress, type RunningCall } from './running-call.ts'
import type { ToolCall } from './tool.ts'

/** @param limitMs read at each call, in milliseconds; 0: no limit */
export function boundedTool (tool: RegisteredTool, limitMs: () => number): RegisteredTool {
  const { name, access } = tool
  return {
    ...tool,
    access: access.details === undefined ? access : { ...access, details: boundedDetails(name, access.details, limitMs) },
    run (permit, input, call) {
      const allowedMs = limitMs()
      if (allowedMs === 0) return tool.run(permit, input, call)
      const bounded = new BoundedCall(call)
      return inTime(tool.run(permit, input, bounded), allowedMs, `${name}: run()`, () => { bounded.abort() })
    }
  }
}

function boundedDetails (name: string, details: RegisteredDetails, limitMs: () => number): RegisteredDetails {
  return {
    type: details.type,
    left: details.left,
    requirementOf (input, context) {
      const requirement = details.requirementOf(input, context)
      const allowedMs = limitMs()
      return requirement instanceof Promise && allowedMs > 0
        ? inTime(requirement, allowedMs, `${name}: access.details`, () => {})
        : requirement
    }
  }
}

/** After the deadline, both the value and the failure of `work` are ignored. */
function inTime<T> (work: Promise<T>, allowedMs: number, name: string, onTimeout: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new GatewayError('GW_TOOL_TIMEOUT', `${name} took longer than ${allowedMs} ms`))
      onTimeout()
    }, allowedMs).unref()
    // A tool written in JavaScript may return a value in place of a promise.
    Promise.resolve(work).then(value => {
      clearTimeout(timer)
      resolve(value)
    }, (failure: Error) => {
      clearTimeout(timer)
      reject(failure)
    })
  })
}

/** A call that is also cancelled when the time is over. */
class BoundedCall implements RunningCall {
  readonly #call: ToolCall
  #cancellation: Cancellation | undefined
  #timedOut = false
  readonly progress: ToolCall['progress']
  readonly explain: ToolCall['explain']
  readonly delegate?: NonNullable<ToolCall['delegate']>

  constructor (call: ToolCall) {
    this.#call = call
    this.progress = call.progress
    this.explain = call.explain
    if (call.delegate !== undefined) this.delegate = call.delegate
  }

  get wantsProgress (): boolean {
    return wantsProgress(this.#call)
  }

  get notes (): RunningCall['notes'] {
    return callNotesOf(this.#call)
  }

  get cancellation (): Cancellation {
    if (this.#cancellation === undefined) {
      const cancellation = this.#cancellation = new Cancellation()
      const outer = cancellationOf(this.#call)
      if (outer.aborted || this.#timedOut) cancellation.abort()
      else outer.addEventListener('abort', () => { cancellation.abort() })
    }
    return this.#cancellation
  }

  get signal (): AbortSignal {
    return this.cancellation.signal
  }

  abort (): void {
    this.#timedOut = true
    this.#cancellation?.abort()
  }
}
