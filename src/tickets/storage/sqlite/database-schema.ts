// The version of the tables in an SQLite database: migrates an older one, refuses a newer one and one of another program.
// All missing migrations run in one transaction, by one of the processes that open the database at the same time.

import { GatewayError } from '../../../kernel/fault.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'
import { MIGRATIONS } from './migrations/migrations.ts'

/** In the header of the file: marks the database as ours ("GWTK"). */
const APPLICATION_ID = 0x4757544b
// one statement, so that all three are read at one moment and a busy database is tried again as a whole
const HEADER = `
  SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
    NOT EXISTS (SELECT 1 FROM sqlite_schema)`

/**
 * The version of the schema, 0 for an empty database.
 *
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE for a newer or a foreign database, in which nothing was changed
 */
export function checkSchema (connection: SqliteConnection): number {
  const [version = 0, owner = 0, isEmpty = 0] = connection.prepare(HEADER).first()?.map(Number) ?? []
  if (owner === APPLICATION_ID && version > MIGRATIONS.length) {
    throw newer(version)
  }
  const ours = owner === APPLICATION_ID || (version === 0 && owner === 0 && isEmpty === 1)
  if (!ours) throw incompatible('the database belongs to another program')
  return version
}

/**
 * @param seed fills the tables of a new database, in the same transaction
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE
 * @see https://www.sqlite.org/pragma.html#pragma_user_version
 */
export function migrateSchema (connection: SqliteConnection, seed: () => void): void {
  if (checkSchema(connection) === MIGRATIONS.length) return
  connection.transact(() => {
    // read again under the lock: another process may have migrated
    const version = checkSchema(connection)
    if (version === MIGRATIONS.length) return
    for (const migration of MIGRATIONS.slice(version)) connection.execute(migration())
    connection.execute(`PRAGMA user_version = ${MIGRATIONS.length}`)
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`)
    if (version === 0) seed()
  })
}

function newer (version: number): GatewayError {
  return incompatible(
    `the database has schema ${version}, this version knows ${MIGRATIONS.length}: run the version that wrote it, or a newer one`)
}

function incompatible (detail: string): GatewayError {
  return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', detail)
}
