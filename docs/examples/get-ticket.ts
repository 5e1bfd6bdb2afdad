// get_ticket: returns one ticket. Needs the read scope.

import { z } from 'zod'
import { defineTool, type Tool } from '../../src/mcp/tool.ts'
import { ticketJson, ticketSchema } from '../../src/tickets/tools/ticket-schemas.ts'
import { ticketTexts } from '../../src/tickets/tools/ticket-texts.ts'
import { READ_SCOPE, type TicketToolsOptions } from '../../src/tickets/tools/ticket-tool-base.ts'

export function getTicket ({ store, locale }: TicketToolsOptions): Tool {
  const texts = ticketTexts(locale)
  return defineTool({
    name: 'get_ticket',
    title: locale === 'ja' ? 'チケットの詳細' : 'Get a ticket',
    description: locale === 'ja' ? 'チケットを一つ ID で取得します。' : 'Gets one ticket by its id.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: z.strictObject({
      ticket_id: z.int().positive().describe('The id of a ticket')
    }),
    output: z.strictObject({ ticket: ticketSchema }),
    access: { scopes: [READ_SCOPE] },
    async run (_permit, { ticket_id: ticketId }) {
      const ticket = await store.findTicket(ticketId)
      if (ticket === undefined) return { kind: 'failed', code: 'ticket-not-found', text: texts.ticketNotFound }
      return { kind: 'completed', text: texts.tickets([ticket]), structured: { ticket: ticketJson(ticket) } }
    }
  })
}
