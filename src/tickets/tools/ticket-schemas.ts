// The output schemas of the ticket tools, and the mapping from the domain to them. The field names are those of the tutorial's
// original tools.

import type { UsedTotal } from '../../mcp/tool-outcome.ts'
import { z } from 'zod'
import type { BudgetBalance } from '../../ledger/spending-limit.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { Ticket } from '../domain/ticket.ts'

const amount = z.int().min(0)

export const ticketSchema = z.strictObject({
  id: z.int().positive(),
  title: z.string(),
  description: z.string(),
  price: amount.describe('Price of one seat, in minor units of the currency (JPY has none)'),
  currency: z.string().describe('ISO 4217'),
  available_seats: amount,
  total_seats: amount,
  event_date: z.string().describe('RFC 3339'),
  created_at: z.string().describe('RFC 3339')
})

export const reservationSchema = z.strictObject({
  id: z.int().positive(),
  ticket_id: z.int().positive(),
  ticket_title: z.string(),
  seats_reserved: z.int().positive(),
  amount: amount.describe('Price of all seats when they were reserved, in minor units of the currency'),
  currency: z.string().describe('ISO 4217'),
  reservation_date: z.string().describe('RFC 3339'),
  status: z.enum(['active', 'cancelled'])
})

export const budgetSchema = z.strictObject({
  currency: z.string(),
  max_total_amount: amount,
  spent: amount,
  remaining: amount
})

export type TicketJson = z.infer<typeof ticketSchema>
export type ReservationJson = z.infer<typeof reservationSchema>
export type BudgetJson = z.infer<typeof budgetSchema>

export function ticketJson (ticket: Ticket): TicketJson {
  return {
    id: ticket.id,
    title: ticket.title,
    description: ticket.description,
    price: ticket.price,
    currency: ticket.currency,
    available_seats: ticket.availableSeats,
    total_seats: ticket.totalSeats,
    event_date: ticket.eventDate,
    created_at: ticket.createdAt
  }
}

export function reservationJson (reservation: Reservation): ReservationJson {
  return {
    id: reservation.id,
    ticket_id: reservation.ticketId,
    ticket_title: reservation.ticketTitle,
    seats_reserved: reservation.seats,
    amount: reservation.amount,
    currency: reservation.currency,
    reservation_date: reservation.reservedAt,
    status: reservation.status
  }
}

/** @param amount what was debited; below 0: credited */
export function usedTotal ({ currency, maxTotalAmount, remaining }: BudgetBalance, amount: number): UsedTotal {
  return { currency, total: maxTotalAmount, before: remaining + amount, after: remaining }
}

export function budgetJson ({ currency, maxTotalAmount, spent, remaining }: BudgetBalance): BudgetJson {
  return { currency, max_total_amount: maxTotalAmount, spent, remaining }
}
