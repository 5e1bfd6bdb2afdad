// How is one prepared statement run? Values guarded before, rows as plain arrays after.

import type Database from 'libsql'
import { checkBindable, type SqlValue } from '../bind-guard.ts'
import type { SqlRow } from '../rows.ts'
import { isBusy } from './storage-failure.ts'

export interface Statement {
  readonly run: (...values: readonly SqlValue[]) => void
  readonly first: (...values: readonly SqlValue[]) => SqlRow | undefined
  readonly all: (...values: readonly SqlValue[]) => readonly SqlRow[]
}

/** Prepared at its first use. */
export function createStatement (database: Database.Database, sql: string): Statement {
  let prepared: Database.Statement<[readonly SqlValue[]]> | undefined

  function use<T> (values: readonly SqlValue[], action: (statement: Database.Statement<[readonly SqlValue[]]>) => T): T {
    checkBindable(values)
    try {
      prepared ??= prepare()
      return action(prepared)
    } catch (error) {
      // The driver never resets a statement whose get() failed: it would repeat this error for ever. One that is busy goes
      // on where it stopped, and until then counts as reading: given up, it would forbid every DROP to this connection.
      if (!isBusy(error)) prepared = undefined
      throw error
    }
  }

  // raw rows: an object row would carry a `_metadata` member that is no column
  function prepare (): Database.Statement<[readonly SqlValue[]]> {
    const statement = database.prepare<[readonly SqlValue[]]>(sql)
    return statement.reader ? statement.raw() : statement
  }

  // one array instead of a spread: the driver takes a single null for an object of named parameters
  return {
    run: (...values) => { use(values, statement => statement.run(values)) },
    first: (...values) => use(values, statement => statement.get(values)) as SqlRow | undefined,
    all: (...values) => use(values, statement => statement.all(values)) as SqlRow[]
  }
}
