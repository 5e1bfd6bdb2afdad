// Lists and finds tickets, and adds them to a catalogue that is being created. For searches see search.ts.

import type { Ticket } from '../../domain/ticket.ts'
import { TICKET_COLUMNS, ticketFrom } from '../rows.ts'
import type { NewTicket } from '../seed-tickets.ts'
import type { PostgresConnection, Run, Statement } from '../../../storage/postgres/connection.ts'

const LIST: Statement = { name: 'tickets', text: `SELECT ${TICKET_COLUMNS} FROM tickets ORDER BY event_date, id LIMIT $1` }
const FIND: Statement = { name: 'ticket', text: `SELECT ${TICKET_COLUMNS} FROM tickets WHERE id = $1` }
const ADD: Statement = {
  text: `
    INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
    VALUES ($1, $2, $3, $4, $5, $5, $6, $7)`
}

export async function listTickets (connection: PostgresConnection, limit: number): Promise<readonly Ticket[]> {
  return (await connection.run('list tickets', LIST, limit)).map(ticketFrom)
}

export async function findTicket (connection: PostgresConnection, id: number): Promise<Ticket | undefined> {
  const row = (await connection.run('find a ticket', FIND, id))[0]
  return row === undefined ? undefined : ticketFrom(row)
}

/** No tool adds tickets. */
export async function addTicket (run: Run, ticket: NewTicket): Promise<void> {
  const { title, description, price, currency, totalSeats, eventDate, createdAt } = ticket
  await run(ADD, title, description, price, currency, totalSeats, eventDate, createdAt)
}
