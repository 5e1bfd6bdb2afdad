// Reads rows of the database into tickets and reservations, columns by position.

import { integerAt, textAt, type SqlRow } from '../../storage/sql-row.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { Ticket } from '../domain/ticket.ts'

export const TICKET_COLUMNS = 'id, title, description, price, currency, available_seats, total_seats, event_date, created_at'

export function ticketFrom (row: SqlRow): Ticket {
  return {
    id: integerAt(row, 0),
    title: textAt(row, 1),
    description: textAt(row, 2),
    price: integerAt(row, 3),
    currency: textAt(row, 4),
    availableSeats: integerAt(row, 5),
    totalSeats: integerAt(row, 6),
    eventDate: textAt(row, 7),
    createdAt: textAt(row, 8)
  }
}

export const RESERVATION_COLUMNS =
  'r.id, r.ticket_id, t.title, r.seats, r.amount, r.currency, r.status, r.reserved_at'

export function reservationFrom (row: SqlRow): Reservation {
  return {
    id: integerAt(row, 0),
    ticketId: integerAt(row, 1),
    ticketTitle: textAt(row, 2),
    seats: integerAt(row, 3),
    amount: integerAt(row, 4),
    currency: textAt(row, 5),
    status: textAt(row, 6) === 'active' ? 'active' : 'cancelled',
    reservedAt: textAt(row, 7)
  }
}
