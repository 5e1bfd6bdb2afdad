// Debits a call before it is made: idempotency key, totals, hold and charges in one transaction, or none of it. The row of the owner is
// locked first, which guards the counters and the idempotency keys of that person and client.

import { err, ok, type Result } from '../../kernel/result.ts'
import { chooseAlternative } from '../../ledger/charge.ts'
import { answerOfEarlier, elementAgain, type EarlierHold } from '../../ledger/earlier-hold.ts'
import type { Alternative, HoldCommand, HoldFailure, HoldOwner, HoldReceipt } from '../../ledger/hold.ts'
import { EARLIER_COLUMNS, earlierFrom, ownerKey } from '../hold-rows.ts'
import { integerAt, textAt } from '../sql-row.ts'
import type { Run, Statement } from './connection.ts'

const LOCK_OWNER: Statement = {
  name: 'lock_ledger_owner',
  text: 'SELECT id FROM ledger_owners WHERE issuer = $1 AND subject = $2 AND client_id = $3 FOR NO KEY UPDATE'
}
// waits for another transaction that adds the same owner, and adds no row when that one commits
const ADD_OWNER: Statement = {
  name: 'add_ledger_owner', text: 'INSERT INTO ledger_owners (issuer, subject, client_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'
}
const EARLIER: Statement = {
  name: 'earlier_hold',
  text: `
    SELECT ${EARLIER_COLUMNS} FROM ledger_holds
    WHERE owner_id = $1 AND upstream = $2 AND tool = $3 AND idempotency_key = $4 FOR NO KEY UPDATE`
}
const SUSPENDED: Statement = {
  name: 'suspended_tool', text: "SELECT 1 FROM ledger_holds WHERE state = 'overcharged' AND upstream = $1 AND tool = $2 LIMIT 1"
}
/** `$2`: the keys as a JSON list. A row that is not there has spent nothing. */
const SPENT: Statement = {
  name: 'spent_of_ledger',
  text: `
    SELECT counter_key, unit, spent FROM ledger_counters
    WHERE owner_id = $1 AND counter_key IN (SELECT jsonb_array_elements_text($2::jsonb))`
}
const ADD_HOLD: Statement = {
  name: 'add_hold',
  text: `
    INSERT INTO ledger_holds
      (owner_id, upstream, tool, state, element_index, amount, unit, held_at, expires_at, idempotency_key, arguments_hash)
    VALUES ($1, $2, $3, 'held', $4, $5, $6, $7, $8, $9, $10) RETURNING id`
}
const HOLD_AGAIN: Statement = {
  name: 'hold_again',
  text: `
    UPDATE ledger_holds
    SET state = 'held', element_index = $1, held_at = $2, expires_at = $3, settled_at = NULL, attempt = attempt + 1, in_doubt = $4::int = 1
    WHERE id = $5`
}
const DEBITED: Statement = {
  name: 'debited_counters',
  text: 'SELECT k.counter_key, k.unit FROM ledger_charges c JOIN ledger_counters k ON k.id = c.counter_id WHERE c.hold_id = $1'
}
const DROP_CHARGES: Statement = { name: 'drop_charges', text: 'DELETE FROM ledger_charges WHERE hold_id = $1' }
const CHARGE: Statement = {
  name: 'charge',
  text: `
    WITH counter AS (
      INSERT INTO ledger_counters (owner_id, counter_key, unit, spent) VALUES ($1, $2, $3, $4)
      ON CONFLICT (owner_id, counter_key, unit) DO UPDATE SET spent = ledger_counters.spent + excluded.spent RETURNING id
    )
    INSERT INTO ledger_charges (hold_id, counter_id, member, amount, adjustable) SELECT $5, id, $6, $4, $7::int = 1 FROM counter`
}

/** Call it inside a transaction that is rolled back for a failure. */
export async function holdCall (run: Run, command: HoldCommand): Promise<Result<HoldReceipt, HoldFailure>> {
  const { upstream, tool, alternatives, idempotency, at, expiresAt } = command
  const owner = await lockOwner(run, command)
  const found = idempotency === undefined ? undefined : (await run(EARLIER, owner, upstream, tool, idempotency.key))[0]
  const earlier = found === undefined ? undefined : earlierFrom(found)
  if (earlier !== undefined) {
    const answer = answerOfEarlier(earlier, command)
    if (answer !== undefined) return answer
  }
  if ((await run(SUSPENDED, upstream, tool)).length > 0) return err({ kind: 'tool-suspended' })
  if (earlier !== undefined && earlier.state !== 'released') {
    // The server drops the repetition, or makes the call that never arrived: one debit either way.
    const debited = (await run(DEBITED, earlier.id)).map(row => ({ counterKey: textAt(row, 0), unit: textAt(row, 1) }))
    const elementIndex = elementAgain(alternatives, earlier, debited)
    await run(HOLD_AGAIN, elementIndex ?? null, at, expiresAt, 1, earlier.id)
    return ok({ kind: 'held', id: earlier.id, attempt: earlier.attempt + 1, elementIndex, again: true })
  }
  const counters = await spentOf(run, owner, alternatives.flatMap(({ charges }) => charges))
  const chosen = chooseAlternative(alternatives, counter => counters.get(counterName(counter)) ?? 0)
  if (!chosen.ok) return chosen
  const { alternative, spent } = chosen.value
  const { id, attempt } = earlier === undefined
    ? await addHold(run, owner, command, alternative)
    : await takeAgain(run, earlier, command, alternative)
  for (const { counterKey, unit, member, amount, adjustable } of alternative.charges) {
    await run(CHARGE, owner, counterKey, unit, amount, id, member, adjustable ? 1 : 0)
  }
  return ok({ kind: 'held', id, attempt, elementIndex: alternative.elementIndex, again: false, spent })
}

interface Counter {
  readonly counterKey: string
  readonly unit: string
}

/** What is debited of each counter, by `counterName`. */
export async function spentOf (run: Run, owner: number, counters: readonly Counter[]): Promise<ReadonlyMap<string, number>> {
  if (counters.length === 0) return new Map()
  const rows = await run(SPENT, owner, JSON.stringify([...new Set(counters.map(({ counterKey }) => counterKey))]))
  return new Map(rows.map(row => [counterName({ counterKey: textAt(row, 0), unit: textAt(row, 1) }), integerAt(row, 2)]))
}

export function counterName ({ counterKey, unit }: Counter): string {
  return JSON.stringify([counterKey, unit])
}

async function lockOwner (run: Run, owner: HoldOwner): Promise<number> {
  const known = (await run(LOCK_OWNER, ...ownerKey(owner)))[0]
  if (known !== undefined) return integerAt(known, 0)
  await run(ADD_OWNER, ...ownerKey(owner))
  return integerAt((await run(LOCK_OWNER, ...ownerKey(owner)))[0], 0)
}

type Attempt = Pick<EarlierHold, 'id' | 'attempt'>

async function addHold (run: Run, owner: number, command: HoldCommand, { elementIndex }: Alternative): Promise<Attempt> {
  const { upstream, tool, amount, unit, at, expiresAt, idempotency } = command
  const id = integerAt((await run(ADD_HOLD,
    owner, upstream, tool, elementIndex ?? null, amount ?? null, unit ?? null, at, expiresAt,
    idempotency?.key ?? null, idempotency?.argumentsHash ?? null))[0], 0)
  return { id, attempt: 1 }
}

/** A call that was not executed is made with its key again: what it charged was credited. */
async function takeAgain (
  run: Run, { id, attempt }: Attempt, { at, expiresAt }: HoldCommand, { elementIndex }: Alternative
): Promise<Attempt> {
  await run(DROP_CHARGES, id)
  await run(HOLD_AGAIN, elementIndex ?? null, at, expiresAt, 0, id)
  return { id, attempt: attempt + 1 }
}
