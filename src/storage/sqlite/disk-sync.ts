// Waits until commits are on the disk, in the thread pool. SQLite's own wait (synchronous = FULL) stops the event loop for as long as the
// disk takes: docs/decisions/0019-commits-wait-beside-the-event-loop.md

import { closeSync, fdatasync, openSync } from 'node:fs'
import { StorageUnavailable } from '../../kernel/fault.ts'

/** Calls back when the data of the file is on the disk, or with the error of the file system. */
export type SynchroniseFile = (descriptor: number, done: (error: Error | null) => void) => void

export interface DiskSync {
  /**
   * Resolves when everything that was committed before the call is on the disk. Calls at the same time share one synchronisation.
   * @throws StorageUnavailable (as a rejected promise); the commit may be lost with the power, and is visible until then
   */
  readonly wait: (doing: string) => Promise<void>
  readonly close: () => void
}

/** @param logPath the write-ahead log; SQLite has no lock on it that closing our descriptor would release */
export function createDiskSync (logPath: string, synchronise: SynchroniseFile = fdatasync): DiskSync {
  let descriptor: number | undefined
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  function synchroniseOnce (): Promise<void> {
    return new Promise((resolve, reject) => {
      descriptor ??= openSync(logPath, 'r+')
      synchronise(descriptor, error => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

  /** One that has begun already may miss what was committed meanwhile. */
  function afterRunning (): Promise<void> {
    next ??= (running ?? Promise.resolve()).catch(() => {}).then(() => {
      running = next
      next = undefined
      return synchroniseOnce()
    })
    return next
  }

  return {
    async wait (doing) {
      try {
        await afterRunning()
      } catch (cause) {
        const { code = 'unknown' } = cause as NodeJS.ErrnoException
        throw new StorageUnavailable(`${doing}: the disk did not confirm the commit (${code})`, { cause })
      }
    },
    close () {
      const close = () => { if (descriptor !== undefined) closeSync(descriptor) }
      // A descriptor that a thread still uses must not become another file.
      (next ?? running ?? Promise.resolve()).then(close, close)
    }
  }
}
