// get_ticket: returns one ticket. Needs the read scope.

import { defineTool, type Tool } from 'mcp-resource-gateway'
import { z } from 'zod'

const ticketSchema = z.strictObject({ id: z.int(), title: z.string(), available_seats: z.int() })

export interface Tickets {
  readonly find: (id: number) => Promise<z.input<typeof ticketSchema> | undefined>
}

export function getTicket (tickets: Tickets): Tool {
  return defineTool({
    name: 'get_ticket',
    title: 'Get a ticket',
    description: 'Gets one ticket by its id.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: z.strictObject({
      ticket_id: z.int().positive().describe('The id of a ticket')
    }),
    output: z.strictObject({ ticket: ticketSchema }),
    access: { scopes: ['mcp:tickets:read'] },
    async run (_permit, { ticket_id: ticketId }) {
      const ticket = await tickets.find(ticketId)
      if (ticket === undefined) return { kind: 'failed', code: 'ticket-not-found', text: 'There is no such ticket.' }
      return { kind: 'completed', text: ticket.title, structured: { ticket } }
    }
  })
}
