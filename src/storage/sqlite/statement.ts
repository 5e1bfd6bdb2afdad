// One prepared statement. Values are checked before they are bound; rows are plain arrays.

import type Database from 'libsql'
import { checkBindable, type SqlValue } from '../bind-guard.ts'
import type { SqlRow } from '../sql-row.ts'
import { isBusy } from './storage-failure.ts'

export interface Statement {
  readonly run: (...values: readonly SqlValue[]) => void
  readonly first: (...values: readonly SqlValue[]) => SqlRow | undefined
  readonly all: (...values: readonly SqlValue[]) => readonly SqlRow[]
}

/** The statement is prepared at its first use. */
export function createStatement (database: Database.Database, sql: string): Statement {
  let prepared: Database.Statement<[readonly SqlValue[]]> | undefined

  function use<T> (values: readonly SqlValue[], action: (statement: Database.Statement<[readonly SqlValue[]]>) => T): T {
    checkBindable(values)
    try {
      prepared ??= prepare()
      return action(prepared)
    } catch (error) {
      // The driver does not reset a statement whose get() failed, and every later call would repeat the error: prepare it again.
      // A busy statement continues where it stopped; until then it counts as a reader, and replacing it would block every DROP.
      if (!isBusy(error)) prepared = undefined
      throw error
    }
  }

  // raw rows, because an object row carries a member `_metadata` that is not a column
  function prepare (): Database.Statement<[readonly SqlValue[]]> {
    const statement = database.prepare<[readonly SqlValue[]]>(sql)
    return statement.reader ? statement.raw() : statement
  }

  // one array and not a spread, because the driver takes a single null for an object of named parameters
  return {
    run: (...values) => { use(values, statement => statement.run(values)) },
    first: (...values) => use(values, statement => statement.get(values)) as SqlRow | undefined,
    all: (...values) => use(values, statement => statement.all(values)) as SqlRow[]
  }
}
