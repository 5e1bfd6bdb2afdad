// How does the gateway hold its one connection to SQLite? A transaction is one synchronous tick, so nothing of this
// process can come between its statements, and no other connection of this process can wait for it.
// It does not know the tables: see migrations/ and the queries.

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'
import { StorageUnavailable } from '../../../kernel/fault.ts'
import { isBusy, storageFault } from './storage-failure.ts'
import { createStatement, type Statement } from './statement.ts'
import { createTurns } from './turns.ts'

const DEFAULT_BUSY_TIMEOUT_MS = 5_000
/** Of that, how long one try may hold up this process: enough for most transactions of another one to end. */
const TRY_MS = 5
const MEMORY_PATH = ':memory:'

export interface SqliteOptions {
  /** An absolute path, or `:memory:`. */
  readonly path: string
  /** How long a transaction waits for other processes to finish theirs. This process goes on meanwhile. */
  readonly busyTimeoutMs?: number
}

export interface SqliteConnection {
  /** The same text gives the same prepared statement. */
  readonly prepare: (sql: string) => Statement
  /** Several statements without values. */
  readonly execute: (sql: string) => void
  /** Commits what `work` did when it returns, undoes all of it when it throws. `work` is synchronous. */
  readonly transact: <T>(work: () => T) => T
  /**
   * Resolves with what `work` returns; rejects with StorageUnavailable for what SQLite could not do. While another process
   * holds a lock that `work` needs, it is tried again from its beginning.
   */
  readonly answer: <T>(doing: string, work: () => T) => Promise<T>
  /** The same for one transaction; those that wait are served in the order they came. */
  readonly change: <T>(doing: string, work: () => T) => Promise<T>
  /** Readers and the one writer of all processes do not wait for each other. Kept in the file; of no use in memory. */
  readonly writeAheadLog: () => Promise<void>
  readonly close: () => void
}

/** Creates the file and its folder where they are missing; changes nothing in a file that is there. */
export function openSqliteConnection (options: SqliteOptions): SqliteConnection {
  const database = openDatabase(options)
  try {
    database.exec('PRAGMA foreign_keys = ON')
    // FULL: a receipt that a person has seen outlives a power cut. NORMAL would be quicker and lose the last ones.
    database.exec('PRAGMA synchronous = FULL')
    // until here nobody else waits for this process
    database.exec(`PRAGMA busy_timeout = ${TRY_MS}`)
  } catch (error) {
    database.close()
    throw storageFault(error, 'opening the database')
  }
  return createConnection(database, options)
}

function openDatabase ({ path, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS }: SqliteOptions): Database.Database {
  try {
    if (path !== MEMORY_PATH) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return new Database(path, { timeout: busyTimeoutMs })
  } catch (error) {
    throw new StorageUnavailable(`cannot open the database file ${path}`, { cause: error })
  }
}

function useWriteAheadLog (database: Database.Database): void {
  const mode = createStatement(database, 'PRAGMA journal_mode = WAL').first()?.[0]
  if (mode !== 'wal') throw new StorageUnavailable('the file system of the database does not support a write-ahead log')
}

function createConnection (database: Database.Database, { path, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS }: SqliteOptions): SqliteConnection {
  const readers = createTurns({ timeoutMs: busyTimeoutMs, isBusy })
  const writers = createTurns({ timeoutMs: busyTimeoutMs, isBusy })
  const statements = new Map<string, Statement>()
  // the driver goes on running prepared statements after close, and ends the process when asked for `inTransaction`
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
    // only after a ROLLBACK that failed
    if (database.inTransaction) database.exec('ROLLBACK')
    // immediate: a deferred transaction fails with SQLITE_BUSY_SNAPSHOT where this one waits
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      // SQLite has rolled back by itself when, for instance, the disk is full
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  const whileOpen = <T>(doing: string, work: () => T) => (): T => {
    if (!open) throw new StorageUnavailable(`${doing}: the storage is closed`)
    return work()
  }

  function answer<T> (doing: string, work: () => T): Promise<T> {
    return settle(doing, readers.take(whileOpen(doing, work)))
  }

  return {
    prepare,
    transact,
    execute: sql => { database.exec(sql) },
    // SQLite never waits by itself for the lock that a change of the journal needs
    writeAheadLog: () => path === MEMORY_PATH ? Promise.resolve() : answer('opening the database', () => { useWriteAheadLog(database) }),
    answer,
    change: (doing, work) => settle(doing, writers.take(whileOpen(doing, () => transact(work)))),
    close: () => {
      if (!open) return
      open = false
      statements.clear()
      try {
        // prepared statements keep the file open until they are collected, so SQLite would not do it at close
        createStatement(database, 'PRAGMA wal_checkpoint(PASSIVE)').first()
      } catch {
        // nothing is lost: the next opening reads the log
      }
      database.close()
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
