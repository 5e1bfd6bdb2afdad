// reserve_ticket: reserves seats for a person, within the limits of the authorization details. The price read inside the
// transaction counts; the price read beforehand only avoids a transaction that would be refused.

import { z } from 'zod'
import { defineTool, type Tool } from '../../mcp/tool.ts'
import type { ToolOutcome } from '../../mcp/tool-outcome.ts'
import type { Permit } from '../../policy/permit.ts'
import type { Shortage } from '../../policy/denial.ts'
import { reconsider } from '../../policy/reconsider.ts'
import type { ReserveFailure, ReserveReceipt } from '../domain/reservation.ts'
import { budgetJson, budgetSchema, reservationJson, reservationSchema, usedTotal } from './ticket-schemas.ts'
import { ticketTexts, type TicketTexts } from './ticket-texts.ts'
import { spendingLimits, ticketReservation } from './ticket-reservation.ts'
import { WRITE_SCOPE, type TicketToolsOptions } from './ticket-tool-base.ts'

const inputIn = ({ arguments: texts }: TicketTexts) => z.strictObject({
  ticket_id: z.int().positive().describe(texts.ticketId),
  seats: z.int().min(1).max(1_000_000).describe(texts.seats),
  idempotency_key: z.string().min(1).max(128).regex(/^[\x21-\x7e]+$/, 'visible ASCII characters').optional()
    .describe(texts.idempotencyKey)
})

const output = z.strictObject({
  reservation: reservationSchema,
  available_seats: z.int().min(0).describe('Seats left on the ticket'),
  repeated: z.boolean().describe('True when the idempotency_key found the reservation made already'),
  authorization: z.strictObject({
    element: z.int().min(0).describe('Which element of the authorization details was used, from 0'),
    budget: budgetSchema.optional().describe('What remains of its total')
  }).optional().describe('Absent when no authorization details limit this reservation')
})

/** The price of a ticket that does not exist; `run` then answers that it does not exist. */
const NOTHING = { price: 0, currency: 'JPY' } as const

export function reserveTicket ({ store, clock, locale, resource }: TicketToolsOptions): Tool {
  const texts = ticketTexts(locale)
  return defineTool({
    name: 'reserve_ticket',
    title: locale === 'ja' ? 'チケット予約' : 'Reserve a ticket',
    description: locale === 'ja'
      ? 'チケットの座席を予約します。合計金額は、認可の際に許可された上限以下でなければなりません。'
      : 'Reserves seats of a ticket. Their price must be within the limit that was allowed at authorization.',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    input: inputIn(texts),
    output,
    access: {
      scopes: [WRITE_SCOPE],
      freshness: 'fresh',
      details: {
        type: ticketReservation,
        async call ({ ticket_id: ticketId, seats }) {
          const { price, currency } = await store.findTicket(ticketId) ?? NOTHING
          return { action: 'book', ticketId, amount: price * seats, currency }
        }
      }
    },
    async run (permit, { ticket_id: ticketId, seats, idempotency_key: idempotencyKey }) {
      const at = clock.now()
      const reserved = await store.reserve({
        person: permit.person,
        ticketId,
        seats,
        limits: spendingLimits(permit),
        by: { through: 'client', clientId: permit.clientId },
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        at
      })
      if (reserved.ok) return completed(reserved.value, texts)
      return refused(reserved.error, permit, ticketId)
    }
  })

  function refused (failure: ReserveFailure, permit: Permit, ticketId: number): ToolOutcome<never> {
    switch (failure.kind) {
      case 'ticket-not-found': return { kind: 'failed', code: failure.kind, text: texts.ticketNotFound }
      case 'not-enough-seats': return { kind: 'failed', code: failure.kind, text: texts.notEnoughSeats(failure.availableSeats) }
      case 'idempotency-key-reused': return { kind: 'failed', code: failure.kind, text: texts.idempotencyKeyReused }
      case 'amount-exceeds-limit': return denied('maxAmount', failure)
      case 'total-exceeded': {
        const { amount, currency, remaining } = failure
        return denied('maxTotalAmount', failure, { member: 'maxTotalAmount', needed: amount, remaining, currency })
      }
    }

    function denied (
      member: string, { amount, currency }: { amount: number, currency: string }, shortage?: Shortage
    ): ToolOutcome<never> {
      const details = ticketReservation.requires({ action: 'book', ticketId, amount, currency })
      const needed = { details, scopes: [WRITE_SCOPE], member, ...(shortage === undefined ? {} : { shortage }) }
      return { kind: 'denied', denial: reconsider(permit, needed, { now: clock.now(), resource }) }
    }
  }
}

function completed (
  { reservation, availableSeats, debited, repeated }: ReserveReceipt, texts: TicketTexts
): ToolOutcome<z.input<typeof output>> {
  const balance = debited?.balance
  const lines = [texts.reserved(reservation, repeated)]
  if (balance !== undefined) lines.push(texts.remaining(texts.money(balance.remaining, balance.currency)))
  return {
    kind: 'completed',
    text: lines.join('\n'),
    ...(balance === undefined || repeated ? {} : { used: usedTotal(balance, reservation.amount) }),
    structured: {
      reservation: reservationJson(reservation),
      available_seats: availableSeats,
      repeated,
      ...(debited === undefined
        ? {}
        : { authorization: { element: debited.elementIndex, ...(balance === undefined ? {} : { budget: budgetJson(balance) }) } })
    }
  }
}
