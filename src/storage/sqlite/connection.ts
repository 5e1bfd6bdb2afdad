// The one connection to SQLite. A transaction runs in one synchronous tick, so no other work of this process can come between
// its statements.

import Database from 'libsql'
import { StorageUnavailable } from '../../kernel/fault.ts'
import { makePrivate } from '../../kernel/private-file.ts'
import { isBusy, openingFault, storageFault } from './storage-failure.ts'
import { createStatement, type Statement } from './statement.ts'
import { createDiskSync, type SynchroniseFile } from './disk-sync.ts'
import { createFailedWrite } from './failed-write.ts'
import { createLockQueue } from './lock-queue.ts'

const DEFAULT_BUSY_TIMEOUT_MS = 5_000
/** How long one try blocks this process: most transactions of other processes end within it. */
const TRY_MS = 5
const MEMORY_PATH = ':memory:'

export interface SqliteOptions {
  /** An absolute path, or `:memory:`. */
  readonly path: string
  /** How long a transaction waits for other processes to finish theirs. This process does other work meanwhile. */
  readonly busyTimeoutMs?: number
  /** For tests: takes the place of fdatasync. */
  readonly synchronise?: SynchroniseFile
}

export interface SqliteConnection {
  /** The same text gives the same prepared statement. */
  readonly prepare: (sql: string) => Statement
  /** Several statements without values. */
  readonly execute: (sql: string) => void
  /** Commits when `work` returns, rolls back when it throws. `work` is synchronous. */
  readonly transact: <T>(work: () => T) => T
  /**
   * Resolves with what `work` returns; rejects with the fault of an error of SQLite (storage-failure.ts). While another process
   * holds a lock that `work` needs, `work` is run again from its beginning.
   */
  readonly answer: <T>(doing: string, work: () => T) => Promise<T>
  /** The same in one transaction, which is on the disk when this resolves; waiting calls run in the order they came. */
  readonly change: <T>(doing: string, work: () => T) => Promise<T>
  /** As `change`, without the wait for the disk: for what may be lost with the power. */
  readonly commit: <T>(doing: string, work: () => T) => Promise<T>
  /** Resolves when everything that was committed before is on the disk. */
  readonly untilOnDisk: (doing: string) => Promise<void>
  /** Rejects while the disk does not take writes: after a write that failed because of the disk, one more is tried here. */
  readonly checkWritable: () => Promise<void>
  /** With it, readers do not wait for the writer nor the writer for readers. The file keeps the mode; a database in memory has none. */
  readonly writeAheadLog: () => Promise<void>
  /** Calls of `answer` and `change` that wait for a lock. */
  readonly waiting: () => number
  readonly close: () => void
}

/** Creates the file and its folder where they are missing; does not change an existing file. */
export function openSqliteConnection (options: SqliteOptions): SqliteConnection {
  const database = openDatabase(options)
  try {
    database.exec('PRAGMA foreign_keys = ON')
    // not FULL: `change` waits for the disk itself, so that a receipt that a person has seen survives a power failure
    database.exec('PRAGMA synchronous = NORMAL')
    // no other work of this process waits before this line, so the longer time-out above was harmless
    database.exec(`PRAGMA busy_timeout = ${TRY_MS}`)
  } catch (error) {
    database.close()
    throw storageFault(error, 'opening the database')
  }
  return createConnection(database, options)
}

function openDatabase ({ path, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS }: SqliteOptions): Database.Database {
  try {
    // SQLite gives its other files the mode of this one; those of an older version are narrowed.
    if (path !== MEMORY_PATH) makePrivate(path, ['-wal', '-shm', '-journal'])
    return new Database(path, { timeout: busyTimeoutMs })
  } catch (error) {
    throw openingFault(error, path)
  }
}

function useWriteAheadLog (database: Database.Database): void {
  const mode = createStatement(database, 'PRAGMA journal_mode = WAL').first()?.[0]
  if (mode !== 'wal') throw new StorageUnavailable('the file system of the database does not support a write-ahead log')
}

function createConnection (
  database: Database.Database, { path, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS, synchronise }: SqliteOptions
): SqliteConnection {
  const disk = path === MEMORY_PATH ? undefined : createDiskSync(`${path}-wal`, synchronise)
  const readers = createLockQueue({ timeoutMs: busyTimeoutMs, isBusy })
  const writers = createLockQueue({ timeoutMs: busyTimeoutMs, isBusy })
  const statements = new Map<string, Statement>()
  const failedWrite = createFailedWrite(() => Number(prepare('SELECT total_changes()').first()?.[0]))
  // after close the driver still runs prepared statements, and ends the process when `inTransaction` is read
  let open = true

  function prepare (sql: string): Statement {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = createStatement(database, sql)
      statements.set(sql, statement)
    }
    return statement
  }

  function transact<T> (work: () => T): T {
    // true only after a ROLLBACK that failed
    if (database.inTransaction) database.exec('ROLLBACK')
    // immediate: a deferred transaction fails with SQLITE_BUSY_SNAPSHOT where this one waits
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      // after some errors, such as a full disk, SQLite has rolled back already
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  const whileOpen = <T>(doing: string, work: () => T) => (): T => {
    if (!open) throw new StorageUnavailable(`${doing}: the storage is closed`)
    return work()
  }

  function answer<T> (doing: string, work: () => T): Promise<T> {
    return settle(doing, readers.run(whileOpen(doing, work)))
  }

  function commit<T> (doing: string, work: () => T): Promise<T> {
    return settle(doing, writers.run(whileOpen(doing, () => failedWrite.watch(() => transact(work)))))
  }

  async function change<T> (doing: string, work: () => T): Promise<T> {
    const result = await commit(doing, work)
    // A refusal too: what it is about may be a commit of another call that is not on the disk yet.
    await untilOnDisk(doing)
    return result
  }

  async function untilOnDisk (doing: string): Promise<void> {
    await disk?.wait(doing).catch((error: unknown) => {
      failedWrite.remember()
      throw error
    })
  }

  return {
    prepare,
    transact,
    execute: sql => { database.exec(sql) },
    // for the lock that a change of the journal needs, SQLite does not wait: `answer` tries again
    writeAheadLog: () => path === MEMORY_PATH ? Promise.resolve() : answer('opening the database', () => { useWriteAheadLog(database) }),
    answer,
    change,
    commit,
    untilOnDisk,
    async checkWritable () {
      if (!failedWrite.isRemembered()) return
      await change('writing to the disk', () => {
        // It is written although it stays the same; an UPDATE that changes nothing is not.
        database.exec(`PRAGMA user_version = ${String(prepare('PRAGMA user_version').first()?.[0])}`)
      })
      failedWrite.forget()
    },
    waiting: () => readers.waiting() + writers.waiting(),
    close: () => {
      if (!open) return
      open = false
      statements.clear()
      try {
        // prepared statements keep the file open until garbage collection, so SQLite would not checkpoint at close
        createStatement(database, 'PRAGMA wal_checkpoint(PASSIVE)').first()
      } catch {
        // no data is lost: the next opening reads the log
      }
      database.close()
      disk?.close()
    }
  }
}

async function settle<T> (doing: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw storageFault(error, doing)
  }
}
