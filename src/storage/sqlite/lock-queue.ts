// A queue for work that needs a lock of the database. SQLite's own waiting blocks the process, so each try is short, and the
// process does other work between the tries. First come, first served: only the first in the queue tries.

import { StorageUnavailable } from '../../kernel/fault.ts'

/** Between two tries; random, so that two processes do not try at the same times. */
const PAUSE_MS = { least: 1, most: 8 } as const

export interface LockQueueOptions {
  /** How long one piece of work may wait. */
  readonly timeoutMs: number
  /** Is the error about the lock alone, with nothing changed? */
  readonly isBusy: (error: unknown) => boolean
}

export interface LockQueue {
  /** Runs `work` in this tick when the queue is empty, else later. Rejects with what `work` throws, a last "busy" included. */
  readonly run: <T>(work: () => T) => Promise<T>
  readonly waiting: () => number
}

interface Waiter {
  /** @returns false when the database is still busy */
  readonly tryOnce: () => boolean
  readonly timer: NodeJS.Timeout
}

export function createLockQueue ({ timeoutMs, isBusy }: LockQueueOptions): LockQueue {
  const waiting: Waiter[] = []

  function tryAgainLater (): void {
    setTimeout(tryFirst, PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least))
  }

  function tryFirst (): void {
    const [first] = waiting
    if (first === undefined) return
    if (!first.tryOnce()) return tryAgainLater()
    clearTimeout(first.timer)
    // one piece of work a tick, so that other work of this process runs in between
    if (waiting[0] === first) waiting.shift()
    if (waiting.length > 0) setImmediate(tryFirst)
  }

  return {
    waiting: () => waiting.length,
    run: <T>(work: () => T) => new Promise<T>((resolve, reject) => {
      let lastError: Error | undefined
      const tryOnce = (): boolean => {
        try {
          resolve(work())
          return true
        } catch (error) {
          lastError = error instanceof Error ? error : new Error('not an error', { cause: error })
          if (isBusy(error)) return false
          reject(lastError)
          return true
        }
      }
      const isFirst = waiting.length === 0
      if (isFirst && tryOnce()) return
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1)
        reject(lastError ?? new StorageUnavailable('SQLITE_BUSY: earlier work of this process waits for a lock of another process'))
      }, timeoutMs)
      const waiter: Waiter = { tryOnce, timer }
      waiting.push(waiter)
      if (isFirst) tryAgainLater()
    })
  }
}
