// Deletes old holds whose outcome is known. What they charged stays: in the counters, which are not touched, and by counter in
// `ledger_pruned`, so that the books can still be compared.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import { integerAt } from '../sql-row.ts'
import type { Run, Statement } from './connection.ts'

/** The key of an advisory lock, "GWLP": gateways that share the database delete one after the other. */
const PRUNING_LOCK = 0x47574c50
const TURN: Statement = { name: 'pruning_turn', text: `SELECT CASE WHEN pg_try_advisory_xact_lock(${PRUNING_LOCK}) THEN 1 ELSE 0 END` }
// A hold that a call has just found by its idempotency key is left for the next time.
const OLD: Statement = {
  name: 'old_holds',
  text: `
    SELECT id FROM ledger_holds WHERE settled_at < $1 AND state IN ('settled', 'released')
    ORDER BY settled_at, id LIMIT $2 FOR UPDATE SKIP LOCKED`
}
const GIVEN = '(SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb))'
const KEEP_SUMS: Statement = {
  name: 'keep_sums',
  text: `
    INSERT INTO ledger_pruned AS p (counter_id, amount)
    SELECT c.counter_id, sum(CASE WHEN h.state = 'released' THEN 0 WHEN c.adjustable THEN coalesce(h.charged, c.amount) ELSE c.amount END)
    FROM ledger_holds h JOIN ledger_charges c ON c.hold_id = h.id WHERE h.id IN ${GIVEN} GROUP BY c.counter_id
    ON CONFLICT (counter_id) DO UPDATE SET amount = p.amount + excluded.amount`
}
const DROP_OLD_CHARGES: Statement = { name: 'drop_old_charges', text: `DELETE FROM ledger_charges WHERE hold_id IN ${GIVEN}` }
const DROP_HOLDS: Statement = { name: 'drop_holds', text: `DELETE FROM ledger_holds WHERE id IN ${GIVEN}` }

/** Call it inside a transaction. @returns how many were deleted; 0 also when another gateway deletes */
export async function pruneHolds (run: Run, before: EpochMilliseconds, most: number): Promise<number> {
  if (integerAt((await run(TURN))[0], 0) === 0) return 0
  const ids = (await run(OLD, before, most)).map(row => integerAt(row, 0))
  if (ids.length === 0) return 0
  const list = JSON.stringify(ids)
  await run(KEEP_SUMS, list)
  await run(DROP_OLD_CHARGES, list)
  await run(DROP_HOLDS, list)
  return ids.length
}
