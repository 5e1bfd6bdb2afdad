// Which ticket tools are there, and what do they share? One file a tool; this one only lists them.

import type { Tool } from '../../mcp/tool.ts'
import { cancelReservation } from './cancel-reservation.ts'
import { getUserReservations } from './get-user-reservations.ts'
import { listTickets } from './list-tickets.ts'
import { reserveTicket } from './reserve-ticket.ts'
import { searchTickets } from './search-tickets.ts'
import type { TicketToolsOptions } from './ticket-tool-options.ts'

export function createTicketTools (options: TicketToolsOptions): readonly Tool[] {
  return [
    listTickets(options),
    searchTickets(options),
    reserveTicket(options),
    cancelReservation(options),
    getUserReservations(options)
  ]
}
