// The connection to PostgreSQL: a bounded pool, a time limit for every step, one transaction at a time on each connection.
// A lost or stuck connection is dropped, and the next request opens a new one, so the gateway needs no restart.

import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Pool, PoolClient, QueryArrayResult } from 'pg'
import { GatewayError, StorageUnavailable } from '../../kernel/fault.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import type { Result } from '../../kernel/result.ts'
import { checkBindable } from '../bind-guard.ts'
import type { SqlRow } from '../sql-row.ts'
import { isConflict, sqlStateOf, storageFault } from './storage-failure.ts'
import { createTurns, type Turns } from './turns.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; the parameters of libpq choose TLS, `sslmode=verify-full` above all. */
  readonly url: string
  /** For requests; one more is opened for `ping`. */
  readonly maxConnections?: number
  /** For getting a connection: until a new one is open, or one of the pool is free. */
  readonly connectionTimeoutMs?: number
  /** For one statement; the wait for a lock may take three fifths of it. The server ends it, or else we drop the connection. */
  readonly statementTimeoutMs?: number
}

export interface Statement {
  /** Each connection prepares the statement once under this name. Without a name the server plans it for its values each time. */
  readonly name?: string
  /** May hold several statements when there are no values. */
  readonly text: string
  /** Instead of the usual time after which we drop the connection. */
  readonly answerTimeoutMs?: number
}

/** Runs one statement. Rows are arrays, 64-bit integers are numbers. */
export type Run = (statement: Statement, ...values: readonly unknown[]) => Promise<readonly SqlRow[]>

export interface PostgresConnection {
  /** One statement outside a transaction. */
  readonly run: (doing: string, statement: Statement, ...values: readonly unknown[]) => Promise<readonly SqlRow[]>
  /** Commits when `work` returns an ok Result; otherwise rolls back. After a conflict `work` runs again. */
  readonly transact: <T, E>(doing: string, work: (run: Run) => Promise<Result<T, E>>) => Promise<Result<T, E>>
  /** Runs `work`, which locks these rows, when few enough others of this process do. */
  readonly inTurn: <T>(doing: string, rows: LockedRows, work: () => Promise<T>) => Promise<T>
  /** One statement on a connection that requests do not use, with a shorter time limit. */
  readonly ping: (statement: Statement) => Promise<void>
  readonly connections: () => { readonly inUse: number, readonly idle: number, readonly waiting: number }
  /** Waits for running statements. */
  readonly close: () => Promise<void>
}

/** Names of rows. A transaction that waits for one keeps its connection. */
export interface LockedRows {
  /** One transaction of this process at a time. */
  readonly alone: string
  /** A third of the connections at a time. */
  readonly popular?: string
}

const DEFAULTS = { maxConnections: 10, connectionTimeoutMs: 5_000, statementTimeoutMs: 5_000 } as const
/** Added to the server's own time-out, for its refusal to arrive. */
const ANSWER_GRACE_MS = 1_000
/** The share of the time of a statement that it may wait for one lock. */
const LOCK_SHARE = 0.6
/** The share of the connections whose transactions may wait for one popular row. */
const POPULAR_SHARE = 1 / 3
/** The share of the connections that changes may take, so that reads go on while rows are locked. */
const CHANGES_SHARE = 0.8
/** Balancers wait for `/ready` for a second or a few. */
const PING_TIMEOUT_MS = 2_000
/** A gateway that hangs inside a transaction must not keep rows locked for the others. */
const IDLE_IN_TRANSACTION_MS = 10_000
const IDLE_CONNECTION_MS = 30_000
/** So that connections move to a server that joined or took over. */
const CONNECTION_LIFETIME_SECONDS = 1_800
const MAX_TRIES = 5
const RETRY_SPREAD_MS = 20

// a server may have another default, and the queries are written for this isolation level
const BEGIN: Statement = { text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE' }
const COMMIT: Statement = { text: 'COMMIT' }
const ROLLBACK: Statement = { text: 'ROLLBACK' }

const INT8 = 20
const INT4 = 23
// integerAt refuses what is not exact
const TYPES = { getTypeParser: (oid: number) => oid === INT8 || oid === INT4 ? Number : (text: string) => text }

export type Driver = Pick<typeof pg, 'Pool'>

/**
 * `pg` is an optional peer dependency: a gateway on SQLite neither loads nor needs it.
 *
 * @param load for tests: instead of the installed package
 * @throws GatewayError GW_CONFIG_INVALID when it is not installed; the detail says how to install it
 */
export async function loadDriver (load: () => Promise<{ readonly default: Driver }> = () => import('pg')): Promise<Driver> {
  return (await importOptional(load, 'storage.url names PostgreSQL, and the package pg is not installed: npm install pg')).default
}

/** Opens no connection yet. @throws GatewayError GW_CONFIG_INVALID without the driver */
export async function openPostgresConnection (options: PostgresOptions): Promise<PostgresConnection> {
  const { Pool } = await loadDriver()
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULTS.statementTimeoutMs
  const connectionTimeoutMs = options.connectionTimeoutMs ?? DEFAULTS.connectionTimeoutMs
  const maxConnections = options.maxConnections ?? DEFAULTS.maxConnections
  const open = (max: number, connectMs: number, statementMs: number): Pool => {
    const pool = new Pool({
      connectionString: options.url,
      max,
      connectionTimeoutMillis: connectMs,
      statement_timeout: statementMs,
      lock_timeout: Math.ceil(statementMs * LOCK_SHARE),
      query_timeout: statementMs + ANSWER_GRACE_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
      keepAlive: true,
      application_name: 'mcp-resource-gateway'
    })
    // the pool removes a lost idle connection; without a listener the event would end the process
    pool.on('error', () => {})
    pool.on('connect', client => { client.on('error', () => {}) })
    return pool
  }
  return createConnection({
    pool: open(maxConnections, connectionTimeoutMs, statementTimeoutMs),
    pingPool: open(1, Math.min(connectionTimeoutMs, PING_TIMEOUT_MS), Math.min(statementTimeoutMs, PING_TIMEOUT_MS)),
    maxConnections,
    turns: createTurns(connectionTimeoutMs)
  })
}

interface Pools {
  readonly pool: Pool
  readonly pingPool: Pool
  readonly maxConnections: number
  readonly turns: Turns
}

function createConnection ({ pool, pingPool, maxConnections, turns }: Pools): PostgresConnection {
  const mostForPopular = Math.max(1, Math.floor(maxConnections * POPULAR_SHARE))
  const changes = { key: 'changes', most: Math.max(1, Math.floor(maxConnections * CHANGES_SHARE)) }
  let closing: Promise<void> | undefined

  async function borrow<T> (doing: string, use: (client: PoolClient) => Promise<T>, from = pool): Promise<T> {
    if (closing !== undefined) throw new StorageUnavailable(`${doing}: the storage is closed`)
    const client = await from.connect()
    // after a failure the connection is in a known state only if the server itself reported the error
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

  async function runFrom (from: Pool, doing: string, statement: Statement, values: readonly unknown[]): Promise<readonly SqlRow[]> {
    try {
      return await borrow(doing, async client => (await query(client, statement, values)).rows, from)
    } catch (error) {
      throw storageFault(error, doing)
    }
  }

  return {
    run: (doing, statement, ...values) => runFrom(pool, doing, statement, values),
    ping: async statement => { await runFrom(pingPool, 'ping', statement, []) },
    inTurn (doing, { alone, popular }, work) {
      const first = { key: `alone ${alone}`, most: 1 }
      const second = popular === undefined ? [] : [{ key: `popular ${popular}`, most: mostForPopular }]
      return turns.inTurn(doing, [first, ...second, changes], work)
    },
    connections: () => ({
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount + turns.waiting()
    }),
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
      closing ??= Promise.all([pool.end(), pingPool.end()]).then(() => {})
      return closing
    }
  }
}

function query (
  client: PoolClient, { name, text, answerTimeoutMs }: Statement, values: readonly unknown[]
): Promise<QueryArrayResult<unknown[]>> {
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

/** True when the connection can be used again. Outside a transaction, ROLLBACK only warns. */
async function undo (client: PoolClient): Promise<boolean> {
  try {
    await query(client, ROLLBACK, [])
    return true
  } catch {
    return false
  }
}
