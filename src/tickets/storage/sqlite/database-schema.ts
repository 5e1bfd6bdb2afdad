// Does this database have the tables this code knows? Brings an older one up to date and refuses a newer or foreign one.
// It does not repair: a migration is applied whole or not at all, by one of the processes that open at the same time.

import { GatewayError } from '../../../kernel/fault.ts'
import type { SqliteConnection } from './connection.ts'
import { MIGRATIONS } from './migrations/migrations.ts'

/** In the file's header, so that tools and we can tell whose database it is ("GWTK"). */
const APPLICATION_ID = 0x4757544b
// one statement: read at one moment, and the same one is tried again when the database was busy
const HEADER = `
  SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
    NOT EXISTS (SELECT 1 FROM sqlite_schema)`

/**
 * The schema's number, 0 for an empty database.
 *
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE for a newer or a foreign database, in which nothing was changed
 */
export function checkSchema (connection: SqliteConnection): number {
  const [version = 0, owner = 0, isEmpty = 0] = connection.prepare(HEADER).first()?.map(Number) ?? []
  if (owner === APPLICATION_ID && version > MIGRATIONS.length) {
    throw incompatible(`the database has schema ${version}, this version knows ${MIGRATIONS.length}: run the version that wrote it, or a newer one`)
  }
  const ours = owner === APPLICATION_ID || (version === 0 && owner === 0 && isEmpty === 1)
  if (!ours) throw incompatible('the database belongs to another program')
  return version
}

/**
 * @param seed fills the tables of a database that was just created, in the same transaction
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE
 * @see https://www.sqlite.org/pragma.html#pragma_user_version
 */
export function migrateSchema (connection: SqliteConnection, seed: () => void): void {
  if (checkSchema(connection) === MIGRATIONS.length) return
  connection.transact(() => {
    // read again under the lock: another process may have been here
    const version = checkSchema(connection)
    if (version === MIGRATIONS.length) return
    for (const migration of MIGRATIONS.slice(version)) connection.execute(migration())
    connection.execute(`PRAGMA user_version = ${MIGRATIONS.length}`)
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`)
    if (version === 0) seed()
  })
}

function incompatible (detail: string): GatewayError {
  return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', detail)
}
