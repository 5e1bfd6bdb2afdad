// Remembers that the disk did not take a write, so that the storage is not called ready while reads still work and changes cannot.

import Database from 'libsql'
import { primaryCode } from './storage-failure.ts'

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL. @see https://www.sqlite.org/rescode.html */
const DISK_ERRORS: ReadonlySet<number> = new Set([8, 10, 13])

export interface FailedWrite {
  /** Runs a transaction that may write. */
  readonly watch: <T>(transaction: () => T) => T
  /** Whether the last write failed because of the disk. */
  readonly isRemembered: () => boolean
  readonly remember: () => void
  readonly forget: () => void
}

/** @param writtenRows how many rows this connection has changed so far */
export function createFailedWrite (writtenRows: () => number): FailedWrite {
  let failed = false
  return {
    isRemembered: () => failed,
    remember: () => { failed = true },
    forget: () => { failed = false },
    watch (transaction) {
      const before = failed ? writtenRows() : 0
      try {
        const result = transaction()
        // A transaction that wrote nothing says nothing about the disk.
        if (failed && writtenRows() !== before) failed = false
        return result
      } catch (error) {
        if (error instanceof Database.SqliteError && DISK_ERRORS.has(primaryCode(error))) failed = true
        throw error
      }
    }
  }
}
