// Where do tickets come from and go to? The port that SQLite and PostgreSQL implement. Each method is one transaction,
// but for a search that has to look at thousands: that one lets others in between.
// The price is read inside the transaction that takes the seats; nothing outside it is believed.

import type { Person } from '../../kernel/person.ts'
import type { Result } from '../../kernel/result.ts'
import type { CancelCommand, CancelFailure, CancelReceipt, Reservation, ReserveCommand, ReserveFailure, ReserveReceipt } from './reservation.ts'
import type { Ticket, TicketSearch } from './ticket.ts'

/**
 * Every method throws StorageUnavailable when the storage does not answer (after `close` too), and has then changed
 * nothing. A value that cannot be kept as it is (NUL, a lone surrogate, a number that is no safe integer) is refused
 * with GW_STORAGE_BIND_INVALID: nothing is cut or rounded.
 */
export interface TicketStore {
  /** In order of event date, then id. */
  readonly listTickets: (limit: number) => Promise<readonly Ticket[]>
  /** At most 100, in order of event date, then id; which ones of more than 100 is not said: the search should be narrowed. */
  readonly searchTickets: (search: TicketSearch) => Promise<readonly Ticket[]>
  readonly findTicket: (id: number) => Promise<Ticket | undefined>
  readonly reserve: (command: ReserveCommand) => Promise<Result<ReserveReceipt, ReserveFailure>>
  readonly cancel: (command: CancelCommand) => Promise<Result<CancelReceipt, CancelFailure>>
  /** Newest first, at most 1,000. */
  readonly reservationsOf: (person: Person) => Promise<readonly Reservation[]>
  /** Resolves when the storage answers. */
  readonly ping: () => Promise<void>
  /** Twice is once. */
  readonly close: () => Promise<void>
}
