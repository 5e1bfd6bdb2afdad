// The tables of the ledger in an SQLite database, beside those of the example service or alone. Their version is in a table of theirs,
// so that a program that knows only the other tables opens the same file.

import { GatewayError } from '../../kernel/fault.ts'
import { MissingDatabase } from '../missing-database.ts'
import { integerAt } from '../sql-row.ts'
import type { SqliteConnection } from './connection.ts'
import { ATTEMPTS } from './migrations/attempts.ts'
import { HOLDS } from './migrations/holds.ts'
import { PRUNED } from './migrations/pruned.ts'

/** The number of a migration is its place, from 1. A released migration is never edited. */
const MIGRATIONS: readonly string[] = [HOLDS, ATTEMPTS, PRUNED]
/** In the header of the file: marks the database as ours ("GWTK"). */
const APPLICATION_ID = 0x4757544b
const FOUND = `
  SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema),
    EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'ledger_schema')`
const CREATE_VERSION = 'CREATE TABLE ledger_schema (version INTEGER NOT NULL) STRICT; INSERT INTO ledger_schema (version) VALUES (0);'
const VERSION = 'SELECT version FROM ledger_schema'

/**
 * The version of the tables; 0 where there are none.
 * @param create `false`: an empty database is a fault
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE for a newer or a foreign database, in which nothing was changed; GW_CONFIG_INVALID
 */
export function checkLedger (connection: SqliteConnection, create: boolean): number {
  const [owner = 0, tables = 0, versioned = 0] = connection.prepare(FOUND).first()?.map(Number) ?? []
  if (owner !== APPLICATION_ID && !(owner === 0 && tables === 0)) throw incompatible('the database belongs to another program')
  if (tables === 0 && !create) throw new MissingDatabase()
  const version = versioned === 0 ? 0 : integerAt(connection.prepare(VERSION).first(), 0)
  if (version > MIGRATIONS.length) {
    const known = MIGRATIONS.length
    throw incompatible(`the ledger has schema ${version}, this version knows ${known}: run the version that wrote it, or a newer one`)
  }
  return version
}

/** Inside a transaction of the caller's: another process may have migrated since. */
export function migrateLedger (connection: SqliteConnection, create: boolean): void {
  const version = checkLedger(connection, create)
  if (version === 0) {
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`)
    connection.execute(CREATE_VERSION)
  }
  for (const migration of MIGRATIONS.slice(version)) connection.execute(migration)
  if (version < MIGRATIONS.length) connection.execute(`UPDATE ledger_schema SET version = ${MIGRATIONS.length}`)
}

function incompatible (detail: string): GatewayError {
  return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', detail)
}
