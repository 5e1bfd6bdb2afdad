// A reservation, and the commands, receipts and failures of making and cancelling one.

import type { JsonObject } from '../../kernel/json.ts'
import type { Person } from '../../kernel/person.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { BudgetBalance, SpendingLimit } from '../../ledger/spending-limit.ts'
import type { SpendingFailure } from '../../ledger/spending.ts'

export interface Reservation {
  readonly id: number
  readonly ticketId: number
  readonly ticketTitle: string
  readonly seats: number
  /** Price of all its seats when it was made, minor units of `currency`. */
  readonly amount: number
  readonly currency: string
  readonly status: 'active' | 'cancelled'
  /** RFC 3339 UTC. */
  readonly reservedAt: string
}

/** Through what a person reserved or cancelled: the ticket shop, or a client with a token. */
export type Maker =
  | { readonly through: 'site' }
  /** Absent: the token names no client. */
  | { readonly through: 'client', readonly clientId: string | undefined }

/** A reservation as the person may see it: no client learns what another one did. */
export interface OwnReservation extends Reservation {
  /** RFC 3339 UTC. */
  readonly eventDate: string
  /** Absent: made before makers were kept. */
  readonly madeBy?: Maker
  /** The element of `authorization_details` that allowed it; absent when no element limits it. */
  readonly under?: JsonObject
  readonly cancelledBy?: Maker
}

export interface ReserveCommand {
  readonly person: Person
  readonly ticketId: number
  /** Integer, at least 1. */
  readonly seats: number
  /** Alternatives in the order of the token: the first sufficient one is used and debited. */
  readonly limits: 'unrestricted' | readonly SpendingLimit[]
  /** Valid for the person: the same key with the same ticket and seats gives the same reservation, debited once. */
  readonly idempotencyKey?: string
  /** Absent: not recorded. */
  readonly by?: Maker
  readonly at: EpochMilliseconds
}

export interface ReserveReceipt {
  readonly reservation: Reservation
  /** Seats left on the ticket. */
  readonly availableSeats: number
  /** The element that was used, and what remains of its total; absent when unrestricted. */
  readonly debited?: { readonly elementIndex: number, readonly balance?: BudgetBalance }
  /** True when an idempotency key found an existing reservation; status, seats and balance are then the present ones. */
  readonly repeated: boolean
}

export type ReserveFailure =
  | { readonly kind: 'ticket-not-found' }
  | { readonly kind: 'not-enough-seats', readonly availableSeats: number }
  /** The amount: of the price that was read inside the transaction. */
  | SpendingFailure
  | { readonly kind: 'idempotency-key-reused' }

export interface CancelCommand {
  readonly person: Person
  readonly reservationId: number
  /** Absent: not recorded. */
  readonly by?: Maker
  readonly at: EpochMilliseconds
}

export interface CancelReceipt {
  readonly reservation: Reservation
  readonly availableSeats: number
  /** The amount returned to the budget that was debited. */
  readonly credited?: { readonly amount: number, readonly balance: BudgetBalance }
}

export type CancelFailure =
  /** No such reservation, or one of another person; the caller cannot tell the two apart. */
  | { readonly kind: 'reservation-not-found' }
  | { readonly kind: 'already-cancelled' }
