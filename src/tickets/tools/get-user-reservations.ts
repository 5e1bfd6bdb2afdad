// get_user_reservations: lists the reservations of the person whom the permit names. No argument can name another person.

import { z } from 'zod'
import { defineTool, type Tool } from '../../mcp/tool.ts'
import { RESERVATIONS_LIMIT } from '../domain/ticket-store.ts'
import { reservationJson, reservationSchema } from './ticket-schemas.ts'
import { ticketTexts } from './ticket-texts.ts'
import { READ_SCOPE, type TicketToolsOptions } from './ticket-tool-base.ts'

export function getUserReservations ({ store, locale }: TicketToolsOptions): Tool {
  const texts = ticketTexts(locale)
  return defineTool({
    name: 'get_user_reservations',
    title: locale === 'ja' ? '自分の予約' : 'My reservations',
    description: locale === 'ja' ? 'あなたの予約を新しい順に一覧します。' : 'Lists your reservations, newest first.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: z.strictObject({}),
    output: z.strictObject({
      reservations: z.array(reservationSchema),
      more: z.literal(true).optional().describe('Present when there are older reservations that are not listed')
    }),
    access: { scopes: [READ_SCOPE] },
    async run ({ person }) {
      const found = await store.reservationsOf(person, RESERVATIONS_LIMIT + 1)
      const reservations = found.slice(0, RESERVATIONS_LIMIT)
      const isMore = found.length > reservations.length
      return {
        kind: 'completed',
        text: isMore ? `${texts.reservations(reservations)}\n${texts.moreReservations}` : texts.reservations(reservations),
        structured: { reservations: reservations.map(reservationJson), ...(isMore ? { more: true as const } : {}) }
      }
    }
  })
}
