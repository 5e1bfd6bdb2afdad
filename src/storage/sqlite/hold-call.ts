// Debits a call before it is made: idempotency key, totals, hold and charges in one transaction, or none of it. A refusal writes nothing.

import { err, ok, type Result } from '../../kernel/result.ts'
import { chooseAlternative } from '../../ledger/charge.ts'
import { answerOfEarlier, elementAgain, type EarlierHold } from '../../ledger/earlier-hold.ts'
import type { Alternative, HoldCommand, HoldFailure, HoldReceipt } from '../../ledger/hold.ts'
import { EARLIER_COLUMNS, earlierFrom, ownerKey } from '../hold-rows.ts'
import { integerAt, textAt } from '../sql-row.ts'
import type { SqliteConnection } from './connection.ts'

const FIND_OWNER = 'SELECT id FROM ledger_owners WHERE issuer = ? AND subject = ? AND client_id = ?'
const ADD_OWNER = 'INSERT INTO ledger_owners (issuer, subject, client_id) VALUES (?, ?, ?) RETURNING id'
const EARLIER = `
  SELECT ${EARLIER_COLUMNS} FROM ledger_holds WHERE owner_id = ? AND upstream = ? AND tool = ? AND idempotency_key = ?`
// With the condition of the partial index word for word, without which SQLite reads every hold: https://www.sqlite.org/partialindex.html
const SUSPENDED = `
  SELECT 1 FROM ledger_holds
  WHERE state IN ('unknown', 'overcharged') AND state = 'overcharged' AND upstream = ? AND tool = ? LIMIT 1`
export const SPENT = 'SELECT spent FROM ledger_counters WHERE owner_id = ? AND counter_key = ? AND unit = ?'
const DEBIT = `
  INSERT INTO ledger_counters (owner_id, counter_key, unit, spent) VALUES (?, ?, ?, ?)
  ON CONFLICT (owner_id, counter_key, unit) DO UPDATE SET spent = spent + excluded.spent RETURNING id`
const ADD_HOLD = `
  INSERT INTO ledger_holds
    (owner_id, upstream, tool, state, element_index, amount, unit, held_at, expires_at, idempotency_key, arguments_hash)
  VALUES (?, ?, ?, 'held', ?, ?, ?, ?, ?, ?, ?) RETURNING id`
const HOLD_AGAIN = `
  UPDATE ledger_holds
  SET state = 'held', element_index = ?, held_at = ?, expires_at = ?, settled_at = NULL, attempt = attempt + 1, in_doubt = ? WHERE id = ?`
const DEBITED = `
  SELECT k.counter_key, k.unit FROM ledger_charges c JOIN ledger_counters k ON k.id = c.counter_id WHERE c.hold_id = ?`
const DROP_CHARGES = 'DELETE FROM ledger_charges WHERE hold_id = ?'
const CHARGE = 'INSERT INTO ledger_charges (hold_id, counter_id, member, amount, adjustable) VALUES (?, ?, ?, ?, ?)'

type Outcome = Result<HoldReceipt, HoldFailure>

/** Call it inside a transaction. */
export function holdCall (connection: SqliteConnection, command: HoldCommand): Outcome {
  const { prepare } = connection
  const { upstream, tool, alternatives, idempotency, at, expiresAt } = command
  const ownerId = findOwner(connection, command)
  const found = ownerId === undefined || idempotency === undefined
    ? undefined
    : prepare(EARLIER).first(ownerId, upstream, tool, idempotency.key)
  const earlier = found === undefined ? undefined : earlierFrom(found)
  if (earlier !== undefined) {
    const answer = answerOfEarlier(earlier, command)
    if (answer !== undefined) return answer
  }
  if (prepare(SUSPENDED).first(upstream, tool) !== undefined) return err({ kind: 'tool-suspended' })
  if (earlier !== undefined && earlier.state !== 'released') {
    // The server drops the repetition, or makes the call that never arrived: one debit either way.
    const debited = prepare(DEBITED).all(earlier.id).map(row => ({ counterKey: textAt(row, 0), unit: textAt(row, 1) }))
    const elementIndex = elementAgain(alternatives, earlier, debited)
    prepare(HOLD_AGAIN).run(elementIndex ?? null, at, expiresAt, 1, earlier.id)
    return ok({ kind: 'held', id: earlier.id, attempt: earlier.attempt + 1, elementIndex, again: true })
  }
  const chosen = chooseAlternative(alternatives, ({ counterKey, unit }) => {
    const spent = ownerId === undefined ? undefined : prepare(SPENT).first(ownerId, counterKey, unit)
    return spent === undefined ? 0 : integerAt(spent, 0)
  })
  if (!chosen.ok) return chosen
  const { alternative, spent } = chosen.value
  const owner = ownerId ?? integerAt(prepare(ADD_OWNER).first(...ownerKey(command)), 0)
  const { id, attempt } = earlier === undefined
    ? addHold(connection, owner, command, alternative)
    : takeAgain(connection, earlier, command, alternative)
  for (const { counterKey, unit, member, amount, adjustable } of alternative.charges) {
    const counter = integerAt(prepare(DEBIT).first(owner, counterKey, unit, amount), 0)
    prepare(CHARGE).run(id, counter, member, amount, adjustable ? 1 : 0)
  }
  return ok({ kind: 'held', id, attempt, elementIndex: alternative.elementIndex, again: false, spent })
}

export function findOwner ({ prepare }: SqliteConnection, owner: Parameters<typeof ownerKey>[0]): number | undefined {
  const row = prepare(FIND_OWNER).first(...ownerKey(owner))
  return row === undefined ? undefined : integerAt(row, 0)
}

type Attempt = Pick<EarlierHold, 'id' | 'attempt'>

function addHold ({ prepare }: SqliteConnection, owner: number, command: HoldCommand, { elementIndex }: Alternative): Attempt {
  const { upstream, tool, amount, unit, at, expiresAt, idempotency } = command
  const id = integerAt(prepare(ADD_HOLD).first(
    owner, upstream, tool, elementIndex ?? null, amount ?? null, unit ?? null, at, expiresAt,
    idempotency?.key ?? null, idempotency?.argumentsHash ?? null), 0)
  return { id, attempt: 1 }
}

/** A call that was not executed is made with its key again: what it charged was credited. */
function takeAgain (
  { prepare }: SqliteConnection, { id, attempt }: Attempt, { at, expiresAt }: HoldCommand, { elementIndex }: Alternative
): Attempt {
  prepare(DROP_CHARGES).run(id)
  prepare(HOLD_AGAIN).run(elementIndex ?? null, at, expiresAt, 0, id)
  return { id, attempt: attempt + 1 }
}
