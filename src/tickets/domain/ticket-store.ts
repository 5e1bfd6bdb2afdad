// The port of the ticket storage, with an adapter for SQLite and one for PostgreSQL. Each method is one transaction, except a
// search that reads thousands of rows, which lets other work in between. The price that counts is read inside the transaction
// that takes the seats.

import type { Person } from '../../kernel/person.ts'
import type { Result } from '../../kernel/result.ts'
import type {
  CancelCommand, CancelFailure, CancelReceipt, OwnReservation, Reservation, ReserveCommand, ReserveFailure, ReserveReceipt
} from './reservation.ts'
import type { Ticket, TicketSearch } from './ticket.ts'

export const RESERVATIONS_LIMIT = 1_000

/**
 * Every method throws StorageUnavailable when the storage does not answer, also after `close`, and has then changed nothing, except where
 * a commit was not confirmed (docs/reliability.md#which-storage): an idempotency key tells.
 * A value that cannot be stored exactly (NUL, a lone surrogate, a number that is not a safe integer) is refused with
 * GW_STORAGE_BIND_INVALID; no value is cut or rounded.
 */
export interface TicketStore {
  /** As the semantic conventions of OpenTelemetry name it. */
  readonly system: 'sqlite' | 'postgresql'
  /** In order of event date, then id. */
  readonly listTickets: (limit: number) => Promise<readonly Ticket[]>
  /** At most 100, in order of event date, then id. Of more than 100 matches, any 100. */
  readonly searchTickets: (search: TicketSearch) => Promise<readonly Ticket[]>
  readonly findTicket: (id: number) => Promise<Ticket | undefined>
  readonly reserve: (command: ReserveCommand) => Promise<Result<ReserveReceipt, ReserveFailure>>
  readonly cancel: (command: CancelCommand) => Promise<Result<CancelReceipt, CancelFailure>>
  /** Newest first, at most `limit`; default 1,000. */
  readonly reservationsOf: (person: Person, limit?: number) => Promise<readonly Reservation[]>
  /** The same with who made each. */
  readonly ownReservationsOf: (person: Person, limit?: number) => Promise<readonly OwnReservation[]>
  /** For metrics. `waiting`: requests that wait for a connection, for a lock, or for their turn at one row. */
  readonly connections: () => { readonly inUse: number, readonly idle: number, readonly waiting: number }
  /** Resolves when the storage answers, and takes writes as far as is known. */
  readonly ping: () => Promise<void>
  /** A second call has no effect. */
  readonly close: () => Promise<void>
}
