// Takes seats: price, seats, budget and reservation in one transaction, or none of it. Refusals write nothing.

import { GatewayError } from '../../../kernel/fault.ts'
import { err, ok, type Result } from '../../../kernel/result.ts'
import type { SpendingLimit } from '../../../ledger/spending-limit.ts'
import type { ReserveCommand, ReserveFailure, ReserveReceipt } from '../../domain/reservation.ts'
import { AMOUNT_BEYOND_ARITHMETIC, chooseLimit } from '../../../ledger/spending.ts'
import { amountOf, isSeatCount } from '../../domain/price.ts'
import { elementColumn, makerColumns } from '../maker-columns.ts'
import { newReceipt, REPEATED_COLUMNS, repeatedReceipt } from '../receipt.ts'
import { integerAt, textAt } from '../../../storage/sql-row.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'
import { addPerson, findPerson } from './people.ts'

const TICKET = 'SELECT price, currency, available_seats, title FROM tickets WHERE id = ?'
const TAKE_SEATS = 'UPDATE tickets SET available_seats = available_seats - ? WHERE id = ? RETURNING available_seats'
const SPENT = 'SELECT spent FROM budgets WHERE person_id = ? AND budget_key = ? AND currency = ?'
const DEBIT = `
  INSERT INTO budgets (person_id, budget_key, currency, spent) VALUES (?, ?, ?, ?)
  ON CONFLICT (person_id, budget_key, currency) DO UPDATE SET spent = spent + excluded.spent RETURNING id, spent`
const ADD_RESERVATION = `
  INSERT INTO reservations (person_id, ticket_id, seats, amount, currency, status, reserved_at, idempotency_key,
    element_index, budget_id, max_total_amount, made_through, client_id, element)
  VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`
const REPEATED = `
  SELECT ${REPEATED_COLUMNS}
  FROM reservations r JOIN tickets t ON t.id = r.ticket_id LEFT JOIN budgets b ON b.id = r.budget_id
  WHERE r.person_id = ? AND r.idempotency_key = ?`

type Outcome = Result<ReserveReceipt, ReserveFailure>

/** Call it inside a transaction. */
export function reserveSeats (connection: SqliteConnection, command: ReserveCommand): Outcome {
  if (!isSeatCount(command.seats)) throw new GatewayError('GW_STORAGE_BIND_INVALID', 'seats are no positive integer')
  const { prepare } = connection
  const { person, ticketId, seats, limits, idempotencyKey } = command
  const personId = findPerson(connection, person)

  const repeated = personId === undefined || idempotencyKey === undefined ? undefined : prepare(REPEATED).first(personId, idempotencyKey)
  if (repeated !== undefined) return repeatedReceipt(repeated, command)

  const ticket = prepare(TICKET).first(ticketId)
  if (ticket === undefined) return err({ kind: 'ticket-not-found' })
  const availableSeats = integerAt(ticket, 2)
  if (seats > availableSeats) return err({ kind: 'not-enough-seats', availableSeats })

  const currency = textAt(ticket, 1)
  const amount = amountOf(integerAt(ticket, 0), seats)
  const chosen = alternativeFor(connection, personId, amount, currency, limits)
  if (!chosen.ok) return chosen
  if (amount === undefined) return err({ kind: 'amount-exceeds-limit', amount: AMOUNT_BEYOND_ARITHMETIC, currency })

  const owner = personId ?? addPerson(connection, person)
  const limit = chosen.value
  const budget = limit?.total && debit(connection, owner, limit.total.budgetKey, currency, amount)
  const seatsLeft = integerAt(prepare(TAKE_SEATS).first(seats, ticketId), 0)
  const reservedAt = new Date(command.at).toISOString()
  const id = integerAt(prepare(ADD_RESERVATION).first(
    owner, ticketId, seats, amount, currency, reservedAt, idempotencyKey ?? null,
    limit?.elementIndex ?? null, budget?.id ?? null, limit?.total?.maxTotalAmount ?? null,
    ...makerColumns(command.by), elementColumn(limit?.element)), 0)

  const reservation = { id, ticketId, ticketTitle: textAt(ticket, 3), seats, amount, currency, status: 'active', reservedAt } as const
  return ok(newReceipt(reservation, seatsLeft, limit, budget?.spent))
}

function alternativeFor (
  { prepare }: SqliteConnection, personId: number | undefined, amount: number | undefined, currency: string,
  limits: ReserveCommand['limits']
): Result<SpendingLimit | undefined, ReserveFailure> {
  if (limits === 'unrestricted') return ok(undefined)
  return chooseLimit(amount, currency, limits, budgetKey => {
    const spent = personId === undefined ? undefined : prepare(SPENT).first(personId, budgetKey, currency)
    return spent === undefined ? 0 : integerAt(spent, 0)
  })
}

function debit (
  { prepare }: SqliteConnection, personId: number, budgetKey: string, currency: string, amount: number
): { id: number, spent: number } {
  const row = prepare(DEBIT).first(personId, budgetKey, currency, amount)
  return { id: integerAt(row, 0), spent: integerAt(row, 1) }
}
