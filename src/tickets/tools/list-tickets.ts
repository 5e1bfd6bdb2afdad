// list_tickets: lists the tickets on sale. Needs the read scope.

import { z } from 'zod'
import { defineTool, type Tool } from '../../mcp/tool.ts'
import { ticketJson, ticketSchema } from './ticket-schemas.ts'
import { ticketTexts } from './ticket-texts.ts'
import { READ_SCOPE, type TicketToolsOptions } from './ticket-tool-base.ts'

export function listTickets ({ store, locale }: TicketToolsOptions): Tool {
  const texts = ticketTexts(locale)
  return defineTool({
    name: 'list_tickets',
    title: locale === 'ja' ? 'チケット一覧' : 'List tickets',
    description: locale === 'ja' ? '販売中のチケットを開催日順に一覧します。' : 'Lists the tickets on sale, in order of their event date.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: z.strictObject({
      limit: z.int().min(1).max(100).default(10).describe(texts.arguments.limit)
    }),
    output: z.strictObject({ tickets: z.array(ticketSchema) }),
    access: { scopes: [READ_SCOPE] },
    async run (_permit, { limit }) {
      const tickets = await store.listTickets(limit)
      return { kind: 'completed', text: texts.tickets(tickets), structured: { tickets: tickets.map(ticketJson) } }
    }
  })
}
