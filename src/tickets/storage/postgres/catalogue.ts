// Which tickets are there? Reads of the catalogue, and the one write that fills a new one.

import type { Ticket, TicketSearch } from '../../domain/ticket.ts'
import { TICKET_COLUMNS, ticketFrom } from '../rows.ts'
import type { NewTicket } from '../seed-tickets.ts'
import type { PostgresConnection, Run, Statement } from './connection.ts'

const SEARCH_LIMIT = 100

const LIST: Statement = { name: 'tickets', text: `SELECT ${TICKET_COLUMNS} FROM tickets ORDER BY event_date, id LIMIT $1` }
const FIND: Statement = { name: 'ticket', text: `SELECT ${TICKET_COLUMNS} FROM tickets WHERE id = $1` }
const ADD: Statement = {
  text: `
    INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
    VALUES ($1, $2, $3, $4, $5, $5, $6, $7)`
}

// the pieces of migration 0001 leave few titles, and looking into these leaves those that hold the part as it is
const HAS_PART = (part: string): string => `id IN (
  SELECT ticket_id FROM ticket_titles, ticket_title_folded(${part}) part
  WHERE ticket_title_pieces(folded, 1, 3) @> ticket_title_pieces(part, least(3, char_length(part)), least(3, char_length(part))) AND strpos(folded, part) > 0)`

export async function listTickets (connection: PostgresConnection, limit: number): Promise<readonly Ticket[]> {
  return (await connection.run('list tickets', LIST, limit)).map(ticketFrom)
}

export async function findTicket (connection: PostgresConnection, id: number): Promise<Ticket | undefined> {
  const row = (await connection.run('find a ticket', FIND, id))[0]
  return row === undefined ? undefined : ticketFrom(row)
}

export async function searchTickets (connection: PostgresConnection, search: TicketSearch): Promise<readonly Ticket[]> {
  const conditions: string[] = []
  const values: unknown[] = []
  const where = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  if (search.title !== undefined && search.title !== '') where(HAS_PART, search.title)
  if (search.maxPrice !== undefined) where(price => `price <= ${price}`, search.maxPrice)
  if (search.minAvailableSeats !== undefined) where(seats => `available_seats >= ${seats}`, search.minAvailableSeats)
  return (await connection.run('search tickets', { text: searchSql(conditions) }, ...values)).map(ticketFrom)
}

/** For a catalogue that is being created: there is no tool that adds tickets. */
export async function addTicket (run: Run, ticket: NewTicket): Promise<void> {
  const { title, description, price, currency, totalSeats, eventDate, createdAt } = ticket
  await run(ADD, title, description, price, currency, totalSeats, eventDate, createdAt)
}

// The limit comes before the order: an index gives the first hundred at once, while sorting needs all that match.
// Without a name: what matches many titles and what matches few are planned differently.
function searchSql (conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return `
    WITH found AS MATERIALIZED (SELECT ${TICKET_COLUMNS} FROM tickets ${where} LIMIT ${SEARCH_LIMIT})
    SELECT ${TICKET_COLUMNS} FROM found ORDER BY event_date, id`
}
