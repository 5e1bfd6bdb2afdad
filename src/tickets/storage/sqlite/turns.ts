// Who writes next when another process holds the lock of the database? SQLite's own waiting would hold up everything
// else in this process, so each try is short and the waiting is done between them. First come, first served: one waiter
// tries at a time, however many there are. It does not know what is tried.

import { StorageUnavailable } from '../../../kernel/fault.ts'

/** Between two tries, spread so that two processes do not stay in step. */
const PAUSE_MS = { least: 1, most: 8 } as const

export interface TurnsOptions {
  /** For how long one piece of work may wait for its turn. */
  readonly timeoutMs: number
  /** Did it fail only because of the lock, with nothing done? */
  readonly isBusy: (error: unknown) => boolean
}

export interface Turns {
  /** Runs `work` in this tick when nobody waits, else in its turn. Rejects with what it throws, the last "busy" included. */
  readonly take: <T>(work: () => T) => Promise<T>
}

interface Waiter {
  /** False when it is still busy. */
  readonly settles: () => boolean
  readonly timer: NodeJS.Timeout
}

export function createTurns ({ timeoutMs, isBusy }: TurnsOptions): Turns {
  const waiting: Waiter[] = []

  function tryAgainLater (): void {
    setTimeout(tryFirst, PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least))
  }

  function tryFirst (): void {
    const [first] = waiting
    if (first === undefined) return
    if (!first.settles()) return tryAgainLater()
    clearTimeout(first.timer)
    // one piece of work a tick: what else this process has to do comes in between
    if (waiting[0] === first) waiting.shift()
    if (waiting.length > 0) setImmediate(tryFirst)
  }

  return {
    take: <T>(work: () => T) => new Promise<T>((resolve, reject) => {
      let lastError: Error | undefined
      const settles = (): boolean => {
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
      const alone = waiting.length === 0
      if (alone && settles()) return
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1)
        reject(lastError ?? new StorageUnavailable('SQLITE_BUSY: others wait for a lock of another process, and came before'))
      }, timeoutMs)
      const waiter: Waiter = { settles, timer }
      waiting.push(waiter)
      if (alone) tryAgainLater()
    })
  }
}
