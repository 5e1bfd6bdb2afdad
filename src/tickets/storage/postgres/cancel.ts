// Cancels a reservation: status, seats and budget in one transaction. A reservation of another person counts as not found.

import { personKey } from '../../../kernel/person.ts'
import { err, ok, type Result } from '../../../kernel/result.ts'
import type { CancelCommand, CancelFailure, CancelReceipt } from '../../domain/reservation.ts'
import { balanceOf } from '../../../ledger/spending.ts'
import { integerAt } from '../../../storage/sql-row.ts'
import { makerColumns } from '../maker-columns.ts'
import { RESERVATION_COLUMNS, reservationFrom } from '../rows.ts'
import type { PostgresConnection, Run, Statement } from '../../../storage/postgres/connection.ts'
import { lockKnownPerson } from './people.ts'

const TICKET_OF: Statement = {
  name: 'ticket_of',
  text: `
    SELECT ticket_id FROM reservations
    WHERE id = $1 AND person_id = (SELECT id FROM people WHERE issuer = $2 AND subject = $3)`
}
const OWN_RESERVATION: Statement = {
  name: 'own_reservation',
  text: `
    SELECT ${RESERVATION_COLUMNS}, r.max_total_amount
    FROM reservations r JOIN tickets t ON t.id = r.ticket_id WHERE r.id = $1 AND r.person_id = $2`
}
// a separate statement: an UPDATE that waited for the lock would use what it read before the other transaction committed
const LOCK_TICKET: Statement = { name: 'lock_ticket_of', text: 'SELECT FROM tickets WHERE id = $1 FOR NO KEY UPDATE' }
// under the lock of the person the condition on the status is always true
const CANCEL: Statement = {
  name: 'cancel',
  text: `
    WITH reservation AS (
      UPDATE reservations SET status = 'cancelled', cancelled_at = $2, cancelled_through = $3::text, cancelled_client_id = $4::text
      WHERE id = $1 AND status = 'active'
      RETURNING ticket_id, seats, amount, budget_id
    ), budget AS (
      UPDATE budgets SET spent = spent - reservation.amount FROM reservation WHERE budgets.id = reservation.budget_id
      RETURNING spent
    )
    UPDATE tickets SET available_seats = available_seats + reservation.seats FROM reservation
    WHERE tickets.id = reservation.ticket_id
    RETURNING available_seats, (SELECT spent FROM budget)`
}

/** Before the transaction, which must not begin while many wait for this ticket; `undefined` when the person has no such reservation. */
export async function findTicketOf (
  connection: PostgresConnection, doing: string, { reservationId, person }: CancelCommand
): Promise<number | undefined> {
  const row = (await connection.run(doing, TICKET_OF, reservationId, ...personKey(person)))[0]
  return row === undefined ? undefined : integerAt(row, 0)
}

/** Call it inside a transaction that is rolled back for a failure. Locks in the order of reserveSeats. */
export async function cancelReservation (run: Run, command: CancelCommand): Promise<Result<CancelReceipt, CancelFailure>> {
  const { reservationId } = command
  const personId = await lockKnownPerson(run, command.person)
  const row = personId === undefined ? undefined : (await run(OWN_RESERVATION, reservationId, personId))[0]
  if (row === undefined) return err({ kind: 'reservation-not-found' })
  const reservation = reservationFrom(row)
  if (reservation.status === 'cancelled') return err({ kind: 'already-cancelled' })

  await run(LOCK_TICKET, reservation.ticketId)
  const given = (await run(CANCEL, reservationId, new Date(command.at).toISOString(), ...makerColumns(command.by)))[0]
  const cancelled = { reservation: { ...reservation, status: 'cancelled' as const }, availableSeats: integerAt(given, 0) }
  if (row[8] === null) return ok(cancelled)
  const { amount, currency } = reservation
  return ok({ ...cancelled, credited: { amount, balance: balanceOf(currency, integerAt(row, 8), integerAt(given, 1)) } })
}
