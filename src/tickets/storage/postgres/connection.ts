// How does the gateway talk to PostgreSQL? A bounded pool of connections, a time for everything, one transaction at a
// time on each. What is lost or stuck is dropped and opened anew when it is next needed: nothing has to be restarted.
// It does not know the tables: see migrations/ and the queries.

import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient, QueryArrayResult } from 'pg'
import { GatewayError, StorageUnavailable } from '../../../kernel/fault.ts'
import type { Result } from '../../../kernel/result.ts'
import { checkBindable } from '../bind-guard.ts'
import type { SqlRow } from '../rows.ts'
import { loadDriver } from './driver.ts'
import { isConflict, sqlStateOf, storageFault } from './storage-failure.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; the parameters of libpq choose TLS, `sslmode=verify-full` above all. */
  readonly url: string
  readonly maxConnections?: number
  /** For a connection: one to be opened, or one of the pool to come back. */
  readonly connectionTimeoutMs?: number
  /** For one statement, waiting for locks included. The server ends it; a server that does not is given up on. */
  readonly statementTimeoutMs?: number
}

export interface Statement {
  /** Prepared under it once on each connection, and kept there; without one it is planned for its values each time. */
  readonly name?: string
  /** Several statements only where there are no values. */
  readonly text: string
  /** Instead of the usual time after which the server is given up on. */
  readonly answerTimeoutMs?: number
}

/** Runs one statement; its rows as arrays, integers of 64 bits as numbers. */
export type Run = (statement: Statement, ...values: readonly unknown[]) => Promise<readonly SqlRow[]>

export interface PostgresConnection {
  /** One statement by itself. */
  readonly run: (doing: string, statement: Statement, ...values: readonly unknown[]) => Promise<readonly SqlRow[]>
  /** Commits an ok Result, undoes everything for another one and for an exception. `work` may run more than once. */
  readonly transact: <T, E>(doing: string, work: (run: Run) => Promise<Result<T, E>>) => Promise<Result<T, E>>
  /** Waits for what is under way. */
  readonly close: () => Promise<void>
}

const DEFAULTS = { maxConnections: 10, connectionTimeoutMs: 5_000, statementTimeoutMs: 5_000 } as const
/** Beyond the server's own time-out: when even its refusal does not arrive. */
const ANSWER_GRACE_MS = 1_000
/** A gateway that stands still in a transaction must not keep the others from its rows. */
const IDLE_IN_TRANSACTION_MS = 10_000
const IDLE_CONNECTION_MS = 30_000
/** So that connections find a server that joined or took over. */
const CONNECTION_LIFETIME_SECONDS = 1_800
const MAX_TRIES = 5
const RETRY_SPREAD_MS = 20

// stated, because a server may be configured otherwise, and the queries are written for this one
const BEGIN: Statement = { text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE' }
const COMMIT: Statement = { text: 'COMMIT' }
const ROLLBACK: Statement = { text: 'ROLLBACK' }

const INT8 = 20
const INT4 = 23
// integerAt refuses what is not exact
const TYPES = { getTypeParser: (oid: number) => oid === INT8 || oid === INT4 ? Number : (text: string) => text }

/** @throws GatewayError GW_CONFIG_INVALID without the driver. No connection is opened yet. */
export async function openPostgresConnection (options: PostgresOptions): Promise<PostgresConnection> {
  const { Pool } = await loadDriver()
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULTS.statementTimeoutMs
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections ?? DEFAULTS.maxConnections,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? DEFAULTS.connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
    keepAlive: true,
    application_name: 'mcp-resource-gateway'
  })
  // an idle connection that is lost leaves the pool by itself; unheard, the event would end the process
  pool.on('error', () => {})
  pool.on('connect', client => { client.on('error', () => {}) })
  return createConnection(pool)
}

function createConnection (pool: Pool): PostgresConnection {
  let closing: Promise<void> | undefined

  async function borrow<T> (doing: string, use: (client: PoolClient) => Promise<T>): Promise<T> {
    if (closing !== undefined) throw new StorageUnavailable(`${doing}: the storage is closed`)
    const client = await pool.connect()
    // what a failed statement left behind is not known unless the server itself said that it failed
    let usable = false
    try {
      const result = await use(client)
      usable = true
      return result
    } catch (error) {
      usable = error instanceof GatewayError || (sqlStateOf(error) !== undefined && await undo(client))
      throw error
    } finally {
      client.release(!usable)
    }
  }

  async function transactOnce<T, E> (client: PoolClient, work: (run: Run) => Promise<Result<T, E>>): Promise<Result<T, E>> {
    await query(client, BEGIN, [])
    const result = await work(async (statement, ...values) => (await query(client, statement, values)).rows)
      .catch(async (error: unknown) => {
        if (error instanceof GatewayError) await query(client, ROLLBACK, [])
        throw error
      })
    const { command } = await query(client, result.ok ? COMMIT : ROLLBACK, [])
    if (result.ok && command !== 'COMMIT') throw new StorageUnavailable('the server did not commit')
    return result
  }

  return {
    run: async (doing, statement, ...values) => {
      try {
        return await borrow(doing, async client => (await query(client, statement, values)).rows)
      } catch (error) {
        throw storageFault(error, doing)
      }
    },
    transact: async (doing, work) => {
      for (let tries = 1; ; tries++) {
        try {
          return await borrow(doing, client => transactOnce(client, work))
        } catch (error) {
          if (!isConflict(error) || tries === MAX_TRIES) throw storageFault(error, doing)
        }
        await delay(Math.random() * RETRY_SPREAD_MS * tries)
      }
    },
    close: () => {
      closing ??= pool.end()
      return closing
    }
  }
}

function query (client: PoolClient, { name, text, answerTimeoutMs }: Statement, values: readonly unknown[]): Promise<QueryArrayResult<unknown[]>> {
  checkBindable(values)
  return client.query<unknown[], unknown[]>({
    text,
    values: [...values],
    rowMode: 'array',
    types: TYPES,
    ...(name === undefined ? {} : { name }),
    ...(answerTimeoutMs === undefined ? {} : { query_timeout: answerTimeoutMs })
  })
}

/** True when the connection is as good as new: outside a transaction, ROLLBACK is a mere warning. */
async function undo (client: PoolClient): Promise<boolean> {
  try {
    await query(client, ROLLBACK, [])
    return true
  } catch {
    return false
  }
}
