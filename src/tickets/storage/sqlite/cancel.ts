// Cancels a reservation: status, seats and budget in one transaction. A reservation of another person counts as not found.

import { personKey } from '../../../kernel/person.ts'
import { err, ok, type Result } from '../../../kernel/result.ts'
import type { CancelCommand, CancelFailure, CancelReceipt } from '../../domain/reservation.ts'
import { balanceOf } from '../../../ledger/spending.ts'
import { integerAt } from '../../../storage/sql-row.ts'
import { makerColumns } from '../maker-columns.ts'
import { RESERVATION_COLUMNS, reservationFrom } from '../rows.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'

const OWN_RESERVATION = `
  SELECT ${RESERVATION_COLUMNS}, r.budget_id, r.max_total_amount
  FROM reservations r JOIN tickets t ON t.id = r.ticket_id JOIN people p ON p.id = r.person_id
  WHERE r.id = ? AND p.issuer = ? AND p.subject = ?`
const CANCEL = "UPDATE reservations SET status = 'cancelled', cancelled_at = ?, cancelled_through = ?, cancelled_client_id = ? WHERE id = ?"
const GIVE_BACK_SEATS = 'UPDATE tickets SET available_seats = available_seats + ? WHERE id = ? RETURNING available_seats'
const CREDIT = 'UPDATE budgets SET spent = spent - ? WHERE id = ? RETURNING spent'

/** Call it inside a transaction. */
export function cancelReservation ({ prepare }: SqliteConnection, command: CancelCommand): Result<CancelReceipt, CancelFailure> {
  const { person, reservationId } = command
  const row = prepare(OWN_RESERVATION).first(reservationId, ...personKey(person))
  if (row === undefined) return err({ kind: 'reservation-not-found' })
  const reservation = reservationFrom(row)
  if (reservation.status === 'cancelled') return err({ kind: 'already-cancelled' })

  const { amount, currency, seats, ticketId } = reservation
  prepare(CANCEL).run(new Date(command.at).toISOString(), ...makerColumns(command.by), reservationId)
  const availableSeats = integerAt(prepare(GIVE_BACK_SEATS).first(seats, ticketId), 0)
  const cancelled = { reservation: { ...reservation, status: 'cancelled' as const }, availableSeats }
  if (row[8] === null) return ok(cancelled)

  const spent = integerAt(prepare(CREDIT).first(amount, integerAt(row, 8)), 0)
  return ok({ ...cancelled, credited: { amount, balance: balanceOf(currency, integerAt(row, 9), spent) } })
}
