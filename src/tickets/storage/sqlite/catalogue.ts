// Lists and finds tickets, and adds them to a catalogue that is being created. For searches see search.ts.

import type { Ticket } from '../../domain/ticket.ts'
import type { NewTicket } from '../seed-tickets.ts'
import { TICKET_COLUMNS, ticketFrom } from '../rows.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'

const LIST = `SELECT ${TICKET_COLUMNS} FROM tickets ORDER BY event_date, id LIMIT ?`
const FIND = `SELECT ${TICKET_COLUMNS} FROM tickets WHERE id = ?`
const ADD = `
  INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

export function listTickets ({ prepare }: SqliteConnection, limit: number): readonly Ticket[] {
  return prepare(LIST).all(limit).map(ticketFrom)
}

export function findTicket ({ prepare }: SqliteConnection, id: number): Ticket | undefined {
  const row = prepare(FIND).first(id)
  return row === undefined ? undefined : ticketFrom(row)
}

/** No tool adds tickets. */
export function addTicket ({ prepare }: SqliteConnection, ticket: NewTicket): void {
  prepare(ADD).run(
    ticket.title, ticket.description, ticket.price, ticket.currency,
    ticket.totalSeats, ticket.totalSeats, ticket.eventDate, ticket.createdAt)
}
