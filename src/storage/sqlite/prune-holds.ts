// Deletes old holds whose outcome is known. What they charged stays: in the counters, which are not touched, and by counter in
// `ledger_pruned`, so that the books can still be compared.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import { integerAt } from '../sql-row.ts'
import type { SqliteConnection } from './connection.ts'

const OLD = `
  SELECT id FROM ledger_holds WHERE settled_at < ? AND state IN ('settled', 'released') ORDER BY settled_at, id LIMIT ?`
const KEEP_SUMS = `
  INSERT INTO ledger_pruned (counter_id, amount)
  SELECT c.counter_id, sum(CASE WHEN h.state = 'released' THEN 0 WHEN c.adjustable = 1 THEN coalesce(h.charged, c.amount) ELSE c.amount END)
  FROM ledger_holds h JOIN ledger_charges c ON c.hold_id = h.id WHERE h.id IN (SELECT value FROM json_each(?)) GROUP BY c.counter_id
  ON CONFLICT (counter_id) DO UPDATE SET amount = amount + excluded.amount`
const DROP_CHARGES = 'DELETE FROM ledger_charges WHERE hold_id IN (SELECT value FROM json_each(?))'
const DROP_HOLDS = 'DELETE FROM ledger_holds WHERE id IN (SELECT value FROM json_each(?))'

/** Call it inside a transaction. @returns how many were deleted */
export function pruneHolds ({ prepare }: Pick<SqliteConnection, 'prepare'>, before: EpochMilliseconds, most: number): number {
  const ids = prepare(OLD).all(before, most).map(row => integerAt(row, 0))
  if (ids.length === 0) return 0
  const list = JSON.stringify(ids)
  prepare(KEEP_SUMS).run(list)
  prepare(DROP_CHARGES).run(list)
  prepare(DROP_HOLDS).run(list)
  return ids.length
}
