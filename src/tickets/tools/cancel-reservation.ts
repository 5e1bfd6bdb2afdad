// cancel_reservation: cancels a reservation of the person. A reservation of another person counts as not found.

import { z } from 'zod'
import { defineTool, type Tool } from '../../mcp/tool.ts'
import { budgetJson, budgetSchema, reservationJson, reservationSchema, usedTotal } from './ticket-schemas.ts'
import { ticketTexts } from './ticket-texts.ts'
import { ticketReservation } from './ticket-reservation.ts'
import { WRITE_SCOPE, type TicketToolsOptions } from './ticket-tool-base.ts'

export function cancelReservation ({ store, clock, locale }: TicketToolsOptions): Tool {
  const texts = ticketTexts(locale)
  return defineTool({
    name: 'cancel_reservation',
    title: locale === 'ja' ? '予約の取り消し' : 'Cancel a reservation',
    description: locale === 'ja' ? 'あなたの予約を一つ取り消し、座席を戻します。' : 'Cancels one of your reservations and gives its seats back.',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    input: z.strictObject({
      reservation_id: z.int().positive().describe(texts.arguments.reservationId)
    }),
    output: z.strictObject({
      reservation: reservationSchema,
      available_seats: z.int().min(0).describe('Seats left on the ticket'),
      credited: z.strictObject({ amount: z.int().min(0), budget: budgetSchema }).optional()
        .describe('What was given back to the total of the authorization details')
    }),
    access: {
      scopes: [WRITE_SCOPE],
      freshness: 'fresh',
      details: { type: ticketReservation, call: () => ({ action: 'cancel' }) }
    },
    async run ({ person, clientId }, { reservation_id: reservationId }) {
      const cancelled = await store.cancel({ person, reservationId, by: { through: 'client', clientId }, at: clock.now() })
      if (!cancelled.ok) {
        const { kind } = cancelled.error
        return { kind: 'failed', code: kind, text: kind === 'reservation-not-found' ? texts.reservationNotFound : texts.alreadyCancelled }
      }
      const { reservation, availableSeats, credited } = cancelled.value
      return {
        kind: 'completed',
        text: texts.cancelled(reservation),
        ...(credited === undefined ? {} : { used: usedTotal(credited.balance, -credited.amount) }),
        structured: {
          reservation: reservationJson(reservation),
          available_seats: availableSeats,
          ...(credited === undefined ? {} : { credited: { amount: credited.amount, budget: budgetJson(credited.balance) } })
        }
      }
    }
  })
}
