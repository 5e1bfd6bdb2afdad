// The verdict of the ticket-reservation type about an element.

import { ticketReservation, type TicketReservationCall } from '../../src/tickets/tools/ticket-reservation.ts'
import { AT_NOW, deniedBy, grantWith, needing, NOW, policyWith, RESOURCE } from './policy.ts'

export const TYPE = 'ticket-reservation'
export const book = { action: 'book', ticketId: 2, amount: 8000, currency: 'JPY' } as const
export const context = { now: NOW, resource: RESOURCE }

export function verdict (element: unknown, call: TicketReservationCall = book): string {
  const decision = policyWith()
    .decide(grantWith({ authorizationDetails: [element] }), needing({ details: ticketReservation.requires(call) }), AT_NOW)
  const denial = deniedBy(decision)
  if (denial?.kind === 'insufficient-authorization') return `${denial.problem} ${denial.member}`
  return decision.kind
}
