// A thread with a time limit. The limit holds even when the thread is busy with one endless expression: a timer in the same thread would
// never fire. https://nodejs.org/api/worker_threads.html#workerterminate

import { Worker } from 'node:worker_threads'

export interface ThreadLimits {
  readonly timeMs: number
  readonly heapMegabytes: number
}

/**
 * Starts a module, and waits for the first message that it posts.
 * @param data available to the module as `workerData`
 * @returns the message, or `ended` when the limit of time or memory ended the thread; rejects when the thread fails
 */
export function runLimited (module: URL, data: unknown, limits: ThreadLimits): Promise<{ readonly message: unknown } | 'ended'> {
  const { timeMs, heapMegabytes } = limits
  return new Promise((resolve, reject) => {
    const thread = new Worker(module, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } })
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      settle()
      // Nothing is left to do for a thread that posted its message, or is too late with it.
      thread.terminate().catch(() => {})
    }
    const timer = setTimeout(() => { finish(() => { resolve('ended') }) }, timeMs)
    thread.once('message', (message: unknown) => { finish(() => { resolve({ message }) }) })
    thread.once('error', (failure: Error) => {
      const full = 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY'
      finish(() => { if (full) resolve('ended'); else reject(failure) })
    })
    thread.once('exit', () => { finish(() => { reject(new Error('the thread ended without a message')) }) })
  })
}
