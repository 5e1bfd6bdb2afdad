// Which tickets are there? Reads of the catalogue, and the one write that fills a new one.

import type { Ticket, TicketSearch } from '../../tickets/ticket.ts'
import type { NewTicket } from '../seed-tickets.ts'
import type { SqlValue } from '../bind-guard.ts'
import { TICKET_COLUMNS, ticketFrom } from '../rows.ts'
import type { SqliteConnection } from './connection.ts'
import { titleMatch } from './title-match.ts'

const SEARCH_LIMIT = 100

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

export function searchTickets ({ prepare }: SqliteConnection, search: TicketSearch): readonly Ticket[] {
  const conditions: string[] = []
  const values: SqlValue[] = []
  const byTitle = search.title !== undefined && search.title !== ''
  if (byTitle) {
    const match = titleMatch(search.title)
    if (match === undefined) return []
    conditions.push('ticket_titles MATCH ?')
    values.push(match)
  }
  if (search.maxPrice !== undefined) {
    conditions.push('price <= ?')
    values.push(search.maxPrice)
  }
  if (search.minAvailableSeats !== undefined) {
    conditions.push('available_seats >= ?')
    values.push(search.minAvailableSeats)
  }
  return prepare(searchSql(sourceOf(byTitle, search), conditions)).all(...values, SEARCH_LIMIT).map(ticketFrom)
}

/** For a catalogue that is being created: there is no tool that adds tickets. */
export function addTicket ({ prepare }: SqliteConnection, ticket: NewTicket): void {
  prepare(ADD).run(
    ticket.title, ticket.description, ticket.price, ticket.currency,
    ticket.totalSeats, ticket.totalSeats, ticket.eventDate, ticket.createdAt)
}

// named indexes: without statistics SQLite would choose between them by chance
function sourceOf (byTitle: boolean, search: TicketSearch): string {
  if (byTitle) return 'ticket_titles CROSS JOIN tickets ON tickets.id = ticket_titles.rowid'
  if (search.maxPrice !== undefined) return 'tickets INDEXED BY tickets_by_price'
  if (search.minAvailableSeats !== undefined) return 'tickets INDEXED BY tickets_by_available_seats'
  return 'tickets'
}

// The limit comes before the order: an index gives the first hundred at once, while sorting needs all that match.
// MATERIALIZED, or SQLite would merge the two queries and sort all.
function searchSql (source: string, conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return `
    WITH found AS MATERIALIZED (SELECT ${TICKET_COLUMNS} FROM ${source} ${where} LIMIT ?)
    SELECT ${TICKET_COLUMNS} FROM found ORDER BY event_date, id`
}
