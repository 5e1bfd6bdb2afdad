// The memory of used DPoP proofs in PostgreSQL, for gateways that answer for one another. One statement for each proof: the primary key
// decides which of two simultaneous uses is the first. Its connections are separate, so that a busy storage delays no proof.

import type { Pool } from 'pg'
import {
  CLOCK_DIFFERENCE_MS, FRESH, full, REPLAYED, shareOfOnePerson, type ProofMemory, type Redemption
} from '../auth/possession/proof-memory.ts'
import { ProofMemoryUnavailable } from '../kernel/fault.ts'
import { importOptional } from '../kernel/optional-package.ts'

const MAX_CONNECTIONS = 4
const CONNECT_TIMEOUT_MS = 2000
const STATEMENT_TIMEOUT_MS = 1000
/** Added to the server's own time-out, for its refusal to arrive. */
const ANSWER_GRACE_MS = 500
/** The key of an advisory lock: "GWDP". */
const TABLE_LOCK = 0x47574450
/** For each proof that is added so many are removed that no gateway accepts any more. */
const PRUNED_AT_ONCE = 10
const MISSING = 'dpop.proofMemoryUrl names PostgreSQL, and the package pg is not installed: npm install pg'

// the lock: two gateways that create a table at once would fail
const CREATE = `
  BEGIN;
  SELECT pg_advisory_xact_lock(${TABLE_LOCK});
  CREATE TABLE IF NOT EXISTS dpop_proofs (id text PRIMARY KEY, person text NOT NULL, expires_at_ms bigint NOT NULL);
  CREATE INDEX IF NOT EXISTS dpop_proofs_of_person ON dpop_proofs (person, expires_at_ms);
  CREATE INDEX IF NOT EXISTS dpop_proofs_by_expiry ON dpop_proofs (expires_at_ms);
  COMMIT`

// $1 id, $2 person, $3 expiry, $4 share, $5 before which no gateway accepts a proof any more
const REDEEM = `
  WITH pruned AS (
    DELETE FROM dpop_proofs WHERE id IN (
      SELECT id FROM dpop_proofs WHERE expires_at_ms < $5 ORDER BY expires_at_ms LIMIT ${PRUNED_AT_ONCE} FOR UPDATE SKIP LOCKED)
  ), stored AS (
    SELECT count(*) AS count, min(expires_at_ms) AS first
    FROM (SELECT expires_at_ms FROM dpop_proofs WHERE person = $2 AND expires_at_ms >= $5 ORDER BY expires_at_ms LIMIT $4) AS counted
  ), added AS (
    INSERT INTO dpop_proofs (id, person, expires_at_ms) SELECT $1, $2, $3 FROM stored WHERE count < $4
    ON CONFLICT (id) DO NOTHING RETURNING id
  )
  SELECT (SELECT count(*) FROM added), count < $4 OR EXISTS (SELECT FROM dpop_proofs WHERE id = $1), first FROM stored`

export interface PostgresMemoryOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string
  /** Keeps the proofs of different resources apart in one database; a few characters. */
  readonly nameSpace: string
  readonly maxProofs: number
}

/** @throws GatewayError `GW_CONFIG_INVALID` without the package (as a rejected promise) */
export async function openPostgresMemory ({ url, nameSpace, maxProofs }: PostgresMemoryOptions): Promise<ProofMemory> {
  const { default: { Pool } } = await importOptional(() => import('pg'), MISSING)
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + ANSWER_GRACE_MS,
    keepAlive: true,
    application_name: 'mcp-resource-gateway proofs'
  })
  // Without a listener a lost connection would end the process.
  pool.on('error', () => {})
  pool.on('connect', client => { client.on('error', () => {}) })
  return createPostgresMemory(pool, nameSpace, shareOfOnePerson(maxProofs))
}

function createPostgresMemory (pool: Pool, nameSpace: string, share: number): ProofMemory {
  let created: Promise<unknown> | undefined
  let closing: Promise<void> | undefined

  /** The database may come later than the gateway: a failure is tried again with the next proof. */
  function prepared (): Promise<unknown> {
    created ??= pool.query(CREATE).catch((error: unknown) => {
      created = undefined
      throw error
    })
    return created
  }

  async function run (text: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
    try {
      await prepared()
      const name = text === REDEEM ? 'redeem_proof' : 'ping_proofs'
      const { rows } = await pool.query<unknown[]>({ name, text, values: [...values], rowMode: 'array' })
      return rows[0] ?? []
    } catch (error) {
      throw unavailable(error)
    }
  }

  return {
    async redeem ({ person, id, expiresAtMs }, now): Promise<Redemption> {
      // A token may state a time with a fraction.
      const values = [`${nameSpace}.${id}`, `${nameSpace}.${person}`, Math.ceil(expiresAtMs), share, Math.floor(now) - CLOCK_DIFFERENCE_MS]
      const [added, hadRoom, first] = await run(REDEEM, values)
      if (added === '1') return FRESH
      if (added !== '0') throw new ProofMemoryUnavailable('PostgreSQL answered something that is no count')
      return hadRoom === true ? REPLAYED : full(Number(first) + CLOCK_DIFFERENCE_MS, now)
    },
    check: async () => { await run('SELECT 1 FROM dpop_proofs LIMIT 1') },
    close: () => (closing ??= pool.end())
  }
}

/** Messages of the server and of the driver may hold values and addresses. */
function unavailable (error: unknown): ProofMemoryUnavailable {
  const { code } = error as { readonly code?: unknown }
  const known = typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code) ? code : 'no connection, or no answer in time'
  return new ProofMemoryUnavailable(`PostgreSQL: ${known}`)
}
