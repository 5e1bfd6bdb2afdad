// What do the peers serve? The same reads and the same transaction on the same tables as the gateway, declared the way
// their libraries want it: three tools, where the gateway lists seven.

import { z } from 'zod'
import { systemClock } from '../../src/kernel/clock.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { describeTicket, referenceTicket } from '../reference-ticket.ts'
import { ISSUER } from '../servers/identifiers.ts'

export interface PeerTool {
  readonly name: string
  readonly description: string
  readonly shape: z.ZodRawShape
  readonly run: (args: Record<string, unknown>, subject: string) => Promise<PeerResult>
}

export interface PeerResult {
  [member: string]: unknown
  content: Array<{ type: 'text', text: string }>
  structuredContent: Record<string, unknown>
}

export async function ticketTools (database: string): Promise<readonly PeerTool[]> {
  const store = await openTicketStore({ url: `sqlite:${database}`, clock: systemClock, locale: 'en' })
  return [
    {
      name: 'get_ticket',
      description: 'Gets one ticket by its id.',
      shape: { ticket_id: z.int().positive() },
      run: ({ ticket_id: id }) => {
        const ticket = referenceTicket(Number(id))
        return Promise.resolve(result(describeTicket(ticket), { ...ticket }))
      }
    },
    {
      name: 'list_tickets',
      description: 'Lists the tickets on sale.',
      shape: { limit: z.int().min(1).max(100).default(10) },
      run: async ({ limit }) => {
        const tickets = await store.listTickets(Number(limit))
        return result(`${tickets.length} tickets`, { tickets })
      }
    },
    {
      name: 'reserve_ticket',
      description: 'Reserves seats of a ticket.',
      shape: { ticket_id: z.int().positive(), seats: z.int().min(1) },
      run: async ({ ticket_id: ticketId, seats }, subject) => {
        const reserved = await store.reserve({
          person: { issuer: ISSUER, subject },
          ticketId: Number(ticketId),
          seats: Number(seats),
          limits: 'unrestricted',
          at: systemClock.now()
        })
        if (!reserved.ok) throw new Error(reserved.error.kind)
        const { seats: taken, amount } = reserved.value.reservation
        return result('reserved', { reservation: { seats_reserved: taken, amount } })
      }
    }
  ]
}

function result (text: string, structuredContent: Record<string, unknown>): PeerResult {
  return { content: [{ type: 'text', text }], structuredContent }
}
