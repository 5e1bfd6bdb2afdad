// Takes seats: price, seats, budget and reservation in one transaction, or none of it. The caller rolls refusals back.
// Every transaction that writes locks one person first and one ticket second, so there is no deadlock; the lock of the person
// also guards the person's budgets and idempotency keys.

import { GatewayError } from '../../../kernel/fault.ts'
import { err, ok, type Result } from '../../../kernel/result.ts'
import type { ReserveCommand, ReserveFailure, ReserveReceipt } from '../../domain/reservation.ts'
import { AMOUNT_BEYOND_ARITHMETIC, chooseLimit } from '../../../ledger/spending.ts'
import { amountOf, isSeatCount } from '../../domain/price.ts'
import { elementColumn, makerColumns } from '../maker-columns.ts'
import { newReceipt, REPEATED_COLUMNS, repeatedReceipt } from '../receipt.ts'
import { integerAt, textAt } from '../../../storage/sql-row.ts'
import type { Run, Statement } from '../../../storage/postgres/connection.ts'
import { lockPerson } from './people.ts'

type Outcome = Result<ReserveReceipt, ReserveFailure>

const REPEATED: Statement = {
  name: 'repeated_reservation',
  text: `
    SELECT ${REPEATED_COLUMNS}
    FROM reservations r JOIN tickets t ON t.id = r.ticket_id LEFT JOIN budgets b ON b.id = r.budget_id
    WHERE r.person_id = $1 AND r.idempotency_key = $2`
}
const SPENT: Statement = { name: 'spent', text: 'SELECT budget_key, currency, spent FROM budgets WHERE person_id = $1' }
const LOCK_TICKET: Statement = {
  name: 'lock_ticket',
  text: 'SELECT price, currency, available_seats, title FROM tickets WHERE id = $1 FOR NO KEY UPDATE'
}
// one statement, because the ticket is locked meanwhile and other buyers of it wait
const TAKE: Statement = {
  name: 'take_seats',
  text: `
    WITH budget AS (
      INSERT INTO budgets (person_id, budget_key, currency, spent)
      SELECT $1, $8::text, $5::text, $4::bigint WHERE $8::text IS NOT NULL
      ON CONFLICT (person_id, budget_key, currency) DO UPDATE SET spent = budgets.spent + excluded.spent
      RETURNING id, spent
    ), ticket AS (
      UPDATE tickets SET available_seats = available_seats - $3 WHERE id = $2 AND available_seats >= $3
      RETURNING id, available_seats
    )
    INSERT INTO reservations (person_id, ticket_id, seats, amount, currency, status, reserved_at, idempotency_key,
      element_index, budget_id, max_total_amount, made_through, client_id, element)
    SELECT $1, ticket.id, $3, $4, $5, 'active', $6, $7, $9, (SELECT id FROM budget), $10, $11::text, $12::text, $13::text FROM ticket
    RETURNING id, (SELECT available_seats FROM ticket), (SELECT spent FROM budget)`
}

/** Call it inside a transaction that is rolled back for a failure. */
export async function reserveSeats (run: Run, command: ReserveCommand): Promise<Outcome> {
  if (!isSeatCount(command.seats)) throw new GatewayError('GW_STORAGE_BIND_INVALID', 'seats are no positive integer')
  const { ticketId, seats, limits, idempotencyKey } = command
  const personId = await lockPerson(run, command.person)

  const repeated = idempotencyKey === undefined ? undefined : (await run(REPEATED, personId, idempotencyKey))[0]
  if (repeated !== undefined) return repeatedReceipt(repeated, command)

  const spent = limits === 'unrestricted' ? undefined : await spentBy(run, personId)
  const ticket = (await run(LOCK_TICKET, ticketId))[0]
  if (ticket === undefined) return err({ kind: 'ticket-not-found' })
  const availableSeats = integerAt(ticket, 2)
  if (seats > availableSeats) return err({ kind: 'not-enough-seats', availableSeats })

  const currency = textAt(ticket, 1)
  const amount = amountOf(integerAt(ticket, 0), seats)
  const chosen = limits === 'unrestricted'
    ? ok(undefined)
    : chooseLimit(amount, currency, limits, budgetKey => spent?.get(budgetName(budgetKey, currency)) ?? 0)
  if (!chosen.ok) return chosen
  if (amount === undefined) return err({ kind: 'amount-exceeds-limit', amount: AMOUNT_BEYOND_ARITHMETIC, currency })

  const limit = chosen.value
  const reservedAt = new Date(command.at).toISOString()
  const taken = (await run(TAKE,
    personId, ticketId, seats, amount, currency, reservedAt, idempotencyKey ?? null,
    limit?.total?.budgetKey ?? null, limit?.elementIndex ?? null, limit?.total?.maxTotalAmount ?? null,
    ...makerColumns(command.by), elementColumn(limit?.element)))[0]
  const reservation = {
    id: integerAt(taken, 0), ticketId, ticketTitle: textAt(ticket, 3), seats, amount, currency, status: 'active', reservedAt
  } as const
  return ok(newReceipt(reservation, integerAt(taken, 1), limit, limit?.total === undefined ? undefined : integerAt(taken, 2)))
}

/** All budgets of one person. Read before the ticket is locked, when its currency is not known yet. */
async function spentBy (run: Run, personId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await run(SPENT, personId)
  return new Map(rows.map(row => [budgetName(textAt(row, 0), textAt(row, 1)), integerAt(row, 2)]))
}

function budgetName (budgetKey: string, currency: string): string {
  return JSON.stringify([budgetKey, currency])
}
