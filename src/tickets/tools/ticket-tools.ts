// The list of the ticket tools, in the order of `tools/list`. Each tool has its own file.

import type { Tool } from '../../mcp/tool.ts'
import { cancelReservation } from './cancel-reservation.ts'
import { getUserReservations } from './get-user-reservations.ts'
import { listTickets } from './list-tickets.ts'
import { reserveTicket } from './reserve-ticket.ts'
import { searchTickets } from './search-tickets.ts'
import type { TicketToolsOptions } from './ticket-tool-base.ts'

export function createTicketTools (options: TicketToolsOptions): readonly Tool[] {
  return [
    listTickets(options),
    searchTickets(options),
    reserveTicket(options),
    cancelReservation(options),
    getUserReservations(options)
  ]
}
