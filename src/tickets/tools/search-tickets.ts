// search_tickets: finds tickets by title, price and free seats. Needs the read scope.

import { z } from 'zod'
import { defineTool, type Tool } from '../../mcp/tool.ts'
import { ticketJson, ticketSchema } from './ticket-schemas.ts'
import { ticketTexts } from './ticket-texts.ts'
import { READ_SCOPE, type TicketToolsOptions } from './ticket-tool-base.ts'

/** No NUL and no lone surrogate, which databases cut or replace: the search would be for another text. */
function isStorableText (text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text)
}

export function searchTickets ({ store, locale }: TicketToolsOptions): Tool {
  const texts = ticketTexts(locale)
  return defineTool({
    name: 'search_tickets',
    title: locale === 'ja' ? 'チケット検索' : 'Search tickets',
    description: locale === 'ja'
      ? 'タイトル、上限価格、残席数でチケットを検索します。条件は全て満たす必要があります。'
      : 'Searches tickets by title, highest price and seats left. All conditions given must hold.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: z.strictObject({
      title: z.string().max(200).refine(isStorableText, 'text that can be stored').optional().describe(texts.arguments.title),
      max_price: z.int().min(0).optional().describe(texts.arguments.maxPrice),
      min_available_seats: z.int().min(1).optional().describe(texts.arguments.minAvailableSeats)
    }),
    output: z.strictObject({ tickets: z.array(ticketSchema) }),
    access: { scopes: [READ_SCOPE] },
    async run (_permit, input) {
      const tickets = await store.searchTickets({
        ...(input.title === undefined ? {} : { title: input.title }),
        ...(input.max_price === undefined ? {} : { maxPrice: input.max_price }),
        ...(input.min_available_seats === undefined ? {} : { minAvailableSeats: input.min_available_seats })
      })
      return { kind: 'completed', text: texts.tickets(tickets), structured: { tickets: tickets.map(ticketJson) } }
    }
  })
}
