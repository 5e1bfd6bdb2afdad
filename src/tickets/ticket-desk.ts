// What a person does with tickets without any client in between: looks, reserves, cancels. It is the same storage and the same
// transactions as those of the tools; no limit of authorization details applies, because the person decides.

import type { Clock } from '../kernel/clock.ts'
import type { Person } from '../kernel/person.ts'
import type { Result } from '../kernel/result.ts'
import type { CancelFailure, CancelReceipt, OwnReservation, ReserveFailure, ReserveReceipt } from './domain/reservation.ts'
import type { TicketStore } from './domain/ticket-store.ts'
import type { Ticket, TicketSearch } from './domain/ticket.ts'

export interface TicketDesk {
  /** At most 100 of those that fit, in order of event date. */
  readonly catalogue: (search: TicketSearch) => Promise<readonly Ticket[]>
  readonly find: (id: number) => Promise<Ticket | undefined>
  /** @param wish chosen once for each wish of the person: repeated, it gives the same reservation */
  readonly reserve: (person: Person, ticketId: number, seats: number, wish: string) => Promise<Result<ReserveReceipt, ReserveFailure>>
  readonly cancel: (person: Person, reservationId: number) => Promise<Result<CancelReceipt, CancelFailure>>
  /** Newest first, at most 1,000. */
  readonly reservationsOf: (person: Person) => Promise<readonly OwnReservation[]>
}

const MOST_TICKETS = 100

export function createTicketDesk (store: TicketStore, clock: Clock): TicketDesk {
  const by = { through: 'site' } as const
  return {
    catalogue: search => Object.keys(search).length === 0 ? store.listTickets(MOST_TICKETS) : store.searchTickets(search),
    find: store.findTicket,
    // A key of the shop is never that of a client, or a client could find out what was reserved here.
    reserve: (person, ticketId, seats, wish) => store.reserve({
      person, ticketId, seats, limits: 'unrestricted', idempotencyKey: `site ${wish}`, by, at: clock.now()
    }),
    cancel: (person, reservationId) => store.cancel({ person, reservationId, by, at: clock.now() }),
    reservationsOf: person => store.ownReservationsOf(person)
  }
}
