// Where do tickets come from and go to? The port that SQLite and PostgreSQL implement. Each method is one transaction.
// The price is read inside the transaction that takes the seats; nothing outside it is believed.

import type { Person } from '../kernel/person.ts'
import type { Result } from '../kernel/result.ts'
import type { CancelCommand, CancelFailure, CancelReceipt, Reservation, ReserveCommand, ReserveFailure, ReserveReceipt } from './reservation.ts'
import type { Ticket, TicketSearch } from './ticket.ts'

/** Every method throws StorageUnavailable when the storage does not answer, and has then changed nothing. */
export interface TicketStore {
  /** In order of event date, then id. */
  readonly listTickets: (limit: number) => Promise<readonly Ticket[]>
  readonly searchTickets: (search: TicketSearch) => Promise<readonly Ticket[]>
  readonly findTicket: (id: number) => Promise<Ticket | undefined>
  readonly reserve: (command: ReserveCommand) => Promise<Result<ReserveReceipt, ReserveFailure>>
  readonly cancel: (command: CancelCommand) => Promise<Result<CancelReceipt, CancelFailure>>
  /** Newest first. */
  readonly reservationsOf: (person: Person) => Promise<readonly Reservation[]>
  /** Resolves when the storage answers. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}
