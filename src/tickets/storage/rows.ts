// Reads rows of the database into tickets and reservations, columns by position.

import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { integerAt, textAt, type SqlRow } from '../../storage/sql-row.ts'
import type { Maker, OwnReservation, Reservation } from '../domain/reservation.ts'
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

/** Those of a reservation, with who made and cancelled it. */
export const OWN_RESERVATION_COLUMNS = `${RESERVATION_COLUMNS}, t.event_date, r.made_through, r.client_id, r.element, r.cancelled_through,
  r.cancelled_client_id`

export function ownReservationFrom (row: SqlRow): OwnReservation {
  const madeBy = makerAt(row, 9)
  const cancelledBy = makerAt(row, 12)
  const under = elementAt(row, 11)
  return {
    ...reservationFrom(row),
    eventDate: textAt(row, 8),
    ...(madeBy !== undefined && { madeBy }),
    ...(under !== undefined && { under }),
    ...(cancelledBy !== undefined && { cancelledBy })
  }
}

/** From two columns: through what, and which client. */
function makerAt (row: SqlRow, column: number): Maker | undefined {
  switch (row[column]) {
    case 'site': return { through: 'site' }
    case 'client': return { through: 'client', clientId: row[column + 1] === null ? undefined : textAt(row, column + 1) }
    default: return undefined
  }
}

function elementAt (row: SqlRow, column: number): JsonObject | undefined {
  if (row[column] === null) return undefined
  const element: unknown = JSON.parse(textAt(row, column))
  return isJsonObject(element) ? element : undefined
}
