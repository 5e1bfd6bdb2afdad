// How does the gateway hold its one connection to SQLite? A transaction is one synchronous tick, so nothing of this
// process can come between its statements, and no other connection of this process can wait for it.
// It does not know the tables: see migrations/ and the queries.

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'libsql'
import { StorageUnavailable } from '../../kernel/fault.ts'
import { storageFault } from './failure.ts'
import { createStatement, type Statement } from './statement.ts'

/** How long a statement waits for another process to finish its transaction. */
export const DEFAULT_BUSY_TIMEOUT_MS = 5_000
const MEMORY_PATH = ':memory:'
const JOURNAL_RETRY_MS = 10

export interface SqliteOptions {
  /** An absolute path, or `:memory:`. */
  readonly path: string
  readonly busyTimeoutMs?: number
}

export interface SqliteConnection {
  /** The same text gives the same prepared statement. */
  readonly prepare: (sql: string) => Statement
  /** Several statements without values. */
  readonly execute: (sql: string) => void
  /** Commits what `work` did when it returns, undoes all of it when it throws. `work` is synchronous. */
  readonly transact: <T>(work: () => T) => T
  /** Resolves with what `work` returns; rejects with StorageUnavailable for what SQLite could not do. */
  readonly answer: <T>(doing: string, work: () => T) => Promise<T>
  /** Readers and the one writer of all processes do not wait for each other. Kept in the file; of no use in memory. */
  readonly writeAheadLog: () => Promise<void>
  readonly close: () => void
}

/** Creates the file and its folder where they are missing; changes nothing in a file that is there. */
export function openSqliteConnection (options: SqliteOptions): SqliteConnection {
  const busyTimeoutMs = options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS
  const database = openDatabase(options.path, busyTimeoutMs)
  try {
    database.exec('PRAGMA foreign_keys = ON')
    // FULL: a receipt that a person has seen outlives a power cut. NORMAL would be quicker and lose the last ones.
    database.exec('PRAGMA synchronous = FULL')
  } catch (error) {
    database.close()
    throw storageFault(error, 'opening the database')
  }
  return createConnection(database, options.path === MEMORY_PATH ? undefined : busyTimeoutMs)
}

function openDatabase (path: string, busyTimeoutMs: number): Database.Database {
  try {
    if (path !== MEMORY_PATH) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return new Database(path, { timeout: busyTimeoutMs })
  } catch (error) {
    throw new StorageUnavailable(`cannot open the database file ${path}`, { cause: error })
  }
}

function usesWriteAheadLog (database: Database.Database, lastTry: boolean): boolean {
  try {
    const mode = createStatement(database, 'PRAGMA journal_mode = WAL').first()?.[0]
    if (mode === 'wal') return true
    throw new StorageUnavailable('the file system of the database does not support a write-ahead log')
  } catch (error) {
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
    if (!busy || lastTry) throw error
    return false
  }
}

function createConnection (database: Database.Database, journalTimeoutMs: number | undefined): SqliteConnection {
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

  return {
    prepare,
    transact,
    execute: sql => { database.exec(sql) },
    writeAheadLog: async () => {
      if (journalTimeoutMs === undefined) return
      // SQLite does not wait for the lock that a change of the journal needs, whatever the time-out
      let triesLeft = Math.ceil(journalTimeoutMs / JOURNAL_RETRY_MS)
      while (!usesWriteAheadLog(database, triesLeft-- <= 0)) await delay(JOURNAL_RETRY_MS)
    },
    answer: (doing, work) => new Promise((resolve, reject) => {
      if (!open) {
        reject(new StorageUnavailable(`${doing}: the storage is closed`))
        return
      }
      try {
        resolve(work())
      } catch (error) {
        const fault = storageFault(error, doing)
        reject(fault instanceof Error ? fault : new Error(doing, { cause: fault }))
      }
    }),
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
