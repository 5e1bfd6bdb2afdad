// Searches tickets. The index of title pieces (migration 0001) leaves few candidate titles; PostgreSQL plans each search by
// its statistics.

import type { Ticket, TicketSearch } from '../../domain/ticket.ts'
import { TICKET_COLUMNS, ticketFrom } from '../rows.ts'
import type { PostgresConnection } from '../../../storage/postgres/connection.ts'

const LIMIT = 100

// a title with all pieces of a part need not hold the part itself, therefore strpos
const HAS_PART = (part: string): string => `id IN (
  SELECT ticket_id FROM ticket_titles, ticket_title_folded(${part}) part
  WHERE ticket_title_pieces(folded, 1, 3) @> ticket_title_pieces(part, least(3, char_length(part)), least(3, char_length(part)))
    AND strpos(folded, part) > 0)`

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

// The limit comes before the order: an index gives the first hundred at once, while sorting needs all that match.
// The statement has no name, because a search for a common part needs another plan than one for a rare part.
function searchSql (conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return `
    WITH found AS MATERIALIZED (SELECT ${TICKET_COLUMNS} FROM tickets ${where} LIMIT ${LIMIT})
    SELECT ${TICKET_COLUMNS} FROM found ORDER BY event_date, id`
}
