// Receipts for reservations, from what both databases return. A reservation stores the element of the authorization details
// that was debited, so that a repeated call gets the same receipt.

import { err, ok, type Result } from '../../kernel/result.ts'
import type { SpendingLimit } from '../../ledger/spending-limit.ts'
import type { Reservation, ReserveCommand, ReserveFailure, ReserveReceipt } from '../domain/reservation.ts'
import { balanceOf } from '../../ledger/spending.ts'
import { integerAt, type SqlRow } from '../../storage/sql-row.ts'
import { RESERVATION_COLUMNS, reservationFrom } from './rows.ts'

/** The columns that `repeatedReceipt` reads, of reservations `r`, tickets `t` and budgets `b`. */
export const REPEATED_COLUMNS = `${RESERVATION_COLUMNS}, t.available_seats, r.element_index, r.max_total_amount, b.spent`

/**
 * @param limit the alternative that was debited; absent for an unrestricted reservation
 * @param spent of the limit's budget, after this reservation; absent when the limit has no total
 */
export function newReceipt (
  reservation: Reservation, availableSeats: number, limit: SpendingLimit | undefined, spent: number | undefined
): ReserveReceipt {
  return {
    reservation,
    availableSeats,
    ...debited(limit?.elementIndex, reservation.currency, limit?.total?.maxTotalAmount, spent),
    repeated: false
  }
}

/** For the reservation that an idempotency key found. @param row its REPEATED_COLUMNS */
export function repeatedReceipt (row: SqlRow, { ticketId, seats }: ReserveCommand): Result<ReserveReceipt, ReserveFailure> {
  const reservation = reservationFrom(row)
  if (reservation.ticketId !== ticketId || reservation.seats !== seats) return err({ kind: 'idempotency-key-reused' })
  const [elementIndex, maxTotalAmount, spent] = [9, 10, 11].map(column => row[column] === null ? undefined : integerAt(row, column))
  return ok({
    reservation,
    availableSeats: integerAt(row, 8),
    ...debited(elementIndex, reservation.currency, maxTotalAmount, spent),
    repeated: true
  })
}

function debited (
  elementIndex: number | undefined, currency: string, maxTotalAmount: number | undefined, spent: number | undefined
): Pick<ReserveReceipt, 'debited'> {
  if (elementIndex === undefined) return {}
  return maxTotalAmount === undefined || spent === undefined
    ? { debited: { elementIndex } }
    : { debited: { elementIndex, balance: balanceOf(currency, maxTotalAmount, spent) } }
}
