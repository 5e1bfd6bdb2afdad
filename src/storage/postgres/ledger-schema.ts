// The tables of the ledger in a PostgreSQL database, beside those of the example service or alone, with a version of their own.
// Replicas that start together wait for one lock, and one of them migrates.

import { GatewayError } from '../../kernel/fault.ts'
import { ok } from '../../kernel/result.ts'
import { MissingDatabase } from '../missing-database.ts'
import { integerAt } from '../sql-row.ts'
import type { PostgresConnection, Run, Statement } from './connection.ts'
import { ATTEMPTS } from './migrations/attempts.ts'
import { HOLDS } from './migrations/holds.ts'
import { PRUNED } from './migrations/pruned.ts'

/** The number of a migration is its place, from 1. A released migration is never edited. */
const MIGRATIONS: readonly string[] = [HOLDS, ATTEMPTS, PRUNED]
/** The key of an advisory lock: "GWLG". */
const MIGRATION_LOCK = 0x47574c47
const MIGRATION_TIMEOUT_MS = 600_000
const ENCODING = 'UTF8'

// pg_class and not to_regclass, which goes on reporting a table as missing that another replica has just created
const FOUND: Statement = {
  text: `
    WITH found AS (
      SELECT relname FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    )
    SELECT current_setting('server_encoding'), EXISTS (SELECT FROM found WHERE relname = 'ledger_schema'),
      EXISTS (SELECT FROM found WHERE relname = 'ticket_store_schema'),
      EXISTS (SELECT FROM found WHERE relname IN ('ledger_owners', 'ledger_counters', 'ledger_holds', 'ledger_charges', 'ledger_pruned'))`
}
const VERSION: Statement = { text: 'SELECT max(version) FROM ledger_schema' }
const CREATE_VERSION: Statement = {
  text: 'CREATE TABLE ledger_schema (version int PRIMARY KEY, migrated_at timestamptz NOT NULL DEFAULT now())'
}
const ADD_VERSION: Statement = { text: 'INSERT INTO ledger_schema (version) VALUES ($1)' }
// set before the lock: waiting for the migrations of another replica counts too
const LONG_TIMEOUT: Statement = { text: `SET LOCAL statement_timeout = ${MIGRATION_TIMEOUT_MS}; SET LOCAL lock_timeout = 0` }
const LOCK: Statement = { text: `SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`, answerTimeoutMs: MIGRATION_TIMEOUT_MS }

async function checkLedger (run: Run, create: boolean): Promise<number> {
  const [encoding, versioned, withTickets, occupied] = (await run(FOUND))[0] ?? []
  if (encoding !== ENCODING) throw incompatible(`the database has the encoding ${String(encoding)}; create one with ENCODING '${ENCODING}'`)
  if (versioned !== 't') {
    if (occupied === 't') throw incompatible('tables of another program have the names of ours: use a database for the gateway alone')
    if (withTickets !== 't' && !create) throw new MissingDatabase()
    return 0
  }
  const version = integerAt((await run(VERSION))[0], 0)
  if (version <= MIGRATIONS.length) return version
  const known = MIGRATIONS.length
  throw incompatible(`the ledger has schema ${version}, this version knows ${known}: run the version that wrote it, or a newer one`)
}

/**
 * @param create `false`: a database without tables of ours is a fault
 * @throws GW_STORAGE_SCHEMA_INCOMPATIBLE, GW_CONFIG_INVALID (as a rejected promise)
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function migrateLedger (connection: PostgresConnection, create: boolean): Promise<void> {
  const doing = 'opening the ledger'
  const found = await connection.transact(doing, async run => ok(await checkLedger(run, create)))
  if (found.ok && found.value === MIGRATIONS.length) return
  await connection.transact(doing, async run => {
    await run(LONG_TIMEOUT)
    await run(LOCK)
    // read again under the lock: another replica may have migrated
    const version = await checkLedger(run, create)
    if (version === 0) await run(CREATE_VERSION)
    for (const [index, migration] of MIGRATIONS.slice(version).entries()) {
      await run({ text: migration, answerTimeoutMs: MIGRATION_TIMEOUT_MS })
      await run(ADD_VERSION, version + index + 1)
    }
    return ok(undefined)
  })
}

function incompatible (detail: string): GatewayError {
  return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', detail)
}
