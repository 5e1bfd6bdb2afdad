// The version of the tables in a PostgreSQL database: migrates an older one, refuses a newer one and one of another program.
// All missing migrations run in one transaction. Replicas that start together wait for one lock, and one of them migrates.

import { GatewayError } from '../../../kernel/fault.ts'
import { ok } from '../../../kernel/result.ts'
import { MissingDatabase } from '../../../storage/missing-database.ts'
import { integerAt } from '../../../storage/sql-row.ts'
import type { PostgresConnection, Run, Statement } from '../../../storage/postgres/connection.ts'
import { MIGRATIONS } from './migrations/migrations.ts'

/** The key of an advisory lock: "GWTK". */
const MIGRATION_LOCK = 0x4757544b
const MIGRATION_TIMEOUT_MS = 600_000
const ENCODING = 'UTF8'

// pg_class and not to_regclass, which goes on reporting a table as missing that another replica has just created
const SERVER: Statement = {
  text: `
    WITH found AS (
      SELECT relname FROM pg_class
      WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND relname IN ('ticket_store_schema', 'tickets', 'ticket_titles', 'people', 'budgets', 'reservations')
    )
    SELECT current_setting('server_encoding'), EXISTS (SELECT FROM found WHERE relname = 'ticket_store_schema'), EXISTS (SELECT FROM found)`
}
const VERSION: Statement = { text: 'SELECT max(version) FROM ticket_store_schema' }
const CREATE_VERSION: Statement = {
  text: 'CREATE TABLE ticket_store_schema (version int PRIMARY KEY, migrated_at timestamptz NOT NULL DEFAULT now())'
}
const ADD_VERSION: Statement = { text: 'INSERT INTO ticket_store_schema (version) VALUES ($1)' }
// set before the lock: waiting for the migrations of another replica counts too
const LONG_TIMEOUT: Statement = { text: `SET LOCAL statement_timeout = ${MIGRATION_TIMEOUT_MS}; SET LOCAL lock_timeout = 0` }
const LOCK: Statement = { text: `SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`, answerTimeoutMs: MIGRATION_TIMEOUT_MS }

/**
 * The version of the schema, 0 for a database without our tables.
 *
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE for a newer or a foreign database, in which nothing was changed
 */
async function checkSchema (run: Run): Promise<number> {
  const [encoding, versioned, occupied] = (await run(SERVER))[0] ?? []
  if (encoding !== ENCODING) throw incompatible(`the database has the encoding ${String(encoding)}; create one with ENCODING '${ENCODING}'`)
  if (versioned !== 't') {
    if (occupied === 't') throw incompatible('tables of another program have the names of ours: use a database for the gateway alone')
    return 0
  }
  const version = integerAt((await run(VERSION))[0], 0)
  if (version > MIGRATIONS.length) {
    throw newer(version)
  }
  return version
}

/**
 * @param create `false`: a database without the tables is a fault
 * @param seed fills the tables of a new database, in the same transaction
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function migrateSchema (
  connection: PostgresConnection, create: boolean, seed: (run: Run) => Promise<void>
): Promise<void> {
  const doing = 'opening the database'
  const found = await connection.transact(doing, async run => ok(await checkSchema(run)))
  if (found.ok && found.value === MIGRATIONS.length) return
  if (found.ok && found.value === 0 && !create) throw new MissingDatabase()
  await connection.transact(doing, async run => {
    await run(LONG_TIMEOUT)
    await run(LOCK)
    // read again under the lock: another replica may have migrated
    const version = await checkSchema(run)
    if (version === 0) await run(CREATE_VERSION)
    for (const [index, migration] of MIGRATIONS.slice(version).entries()) {
      await run({ text: migration(), answerTimeoutMs: MIGRATION_TIMEOUT_MS })
      await run(ADD_VERSION, version + index + 1)
    }
    if (version === 0) await seed(run)
    return ok(undefined)
  })
}

function newer (version: number): GatewayError {
  return incompatible(
    `the database has schema ${version}, this version knows ${MIGRATIONS.length}: run the version that wrote it, or a newer one`)
}

function incompatible (detail: string): GatewayError {
  return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', detail)
}
