// A ledger under test, its owners and charges, and the check that its counters agree with its holds.

import type { Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import type { Alternative, Charge, HoldCommand, HoldFailure, HoldReceipt } from '../../src/ledger/hold.ts'
import type { HoldLedger } from '../../src/ledger/hold-ledger.ts'
import type { Result } from '../../src/kernel/result.ts'
import { openLedgerDatabase, createSqliteLedger } from '../../src/storage/sqlite/sqlite-ledger.ts'
import { openPostgresLedger } from '../../src/storage/postgres/postgres-ledger.ts'
import type { PostgresServer } from '../support/postgres-server.ts'

export interface LedgerUnderTest {
  readonly ledger: HoldLedger
  /** One line for each counter that is not the sum of what the holds charge, those included that were deleted. */
  readonly audit: () => Promise<readonly string[]>
  /** Closes the ledger and opens what it left behind. */
  readonly restart: () => Promise<LedgerUnderTest>
}

/** A fresh ledger, closed with the test. */
export type OpenUnderTest = (t: Test) => Promise<LedgerUnderTest>

export const AT = epochMilliseconds(1_800_000_000_000)
export const CALL_MS = 60_000
export const inga = { issuer: 'https://as.example', subject: '1004' }
export const kenji = { issuer: 'https://as.example', subject: '1005' }

export const charge = (limit: number, amount: number, more: Partial<Charge> = {}): Charge => {
  return { member: 'maxTotalAmount', counterKey: 'budget', unit: 'JPY', limit, amount, adjustable: true, ...more }
}

export const element = (elementIndex: number, ...charges: readonly Charge[]): Alternative => ({ elementIndex, charges })

export function hold (ledger: HoldLedger, wish: Partial<HoldCommand>): Promise<Result<HoldReceipt, HoldFailure>> {
  const at = wish.at ?? AT
  return ledger.hold({
    person: inga,
    clientId: 'agent',
    upstream: 'payments',
    tool: 'transfer',
    alternatives: [],
    at,
    expiresAt: epochMilliseconds(at + CALL_MS),
    ...wish
  })
}

/** The id of a hold that must be made. */
export async function held (ledger: HoldLedger, wish: Partial<HoldCommand>): Promise<number> {
  const made = await hold(ledger, wish)
  if (made.ok && made.value.kind === 'held') return made.value.id
  throw new Error(`no hold: ${JSON.stringify(made)}`)
}

const DIFFERENCES = `
  SELECT k.counter_key, k.spent, coalesce(sum(CASE
    WHEN h.state = 'released' THEN 0
    WHEN h.state = 'settled' AND h.charged IS NOT NULL AND c.adjustable THEN h.charged
    ELSE c.amount END), 0) + coalesce((SELECT p.amount FROM ledger_pruned p WHERE p.counter_id = k.id), 0) AS owed
  FROM ledger_counters k LEFT JOIN ledger_charges c ON c.counter_id = k.id LEFT JOIN ledger_holds h ON h.id = c.hold_id
  GROUP BY k.id, k.counter_key, k.spent`

function differences (rows: ReadonlyArray<readonly unknown[]>): readonly string[] {
  return rows.filter(([, spent, owed]) => Number(spent) !== Number(owed))
    .map(([key, spent, owed]) => `${String(key)}: ${String(spent)} spent, ${String(owed)} charged`)
}

export async function sqliteLedger (t: Test, path: string): Promise<LedgerUnderTest> {
  const connection = await openLedgerDatabase({ path })
  const ledger = createSqliteLedger(connection)
  t.teardown(() => ledger.close())
  return {
    ledger,
    audit: async () => differences(connection.prepare(DIFFERENCES).all()),
    async restart () {
      await ledger.close()
      return sqliteLedger(t, path)
    }
  }
}

export async function postgresLedger (t: Test, server: PostgresServer, url: string): Promise<LedgerUnderTest> {
  const ledger = await openPostgresLedger({ url, connectionTimeoutMs: 60_000, statementTimeoutMs: 60_000 })
  t.teardown(() => ledger.close())
  return {
    ledger,
    audit: async () => differences((await server.query(url, DIFFERENCES)).map(row => Object.values(row))),
    async restart () {
      await ledger.close()
      return postgresLedger(t, server, url)
    }
  }
}
