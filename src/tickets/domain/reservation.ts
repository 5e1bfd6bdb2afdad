// What is a reservation, and what is asked for when one is made or cancelled?

import type { Person } from '../../kernel/person.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { BudgetBalance, SpendingLimit } from './ledger.ts'

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

export interface ReserveCommand {
  readonly person: Person
  readonly ticketId: number
  /** Integer, at least 1. */
  readonly seats: number
  /** Alternatives in the token's order: the first that suffices is used and debited. */
  readonly limits: 'unrestricted' | readonly SpendingLimit[]
  /** Scoped to the person: the same key with the same wish gives the same reservation, debited once. */
  readonly idempotencyKey?: string
  readonly at: EpochMilliseconds
}

export interface ReserveReceipt {
  readonly reservation: Reservation
  /** Seats left on the ticket. */
  readonly availableSeats: number
  /** The element that was used, with what remains of its total; absent when unrestricted. */
  readonly debited?: { readonly elementIndex: number, readonly balance?: BudgetBalance }
  /** True when an idempotency key found the reservation already made; status, seats and balance are then those of now. */
  readonly repeated: boolean
}

export type ReserveFailure =
  | { readonly kind: 'ticket-not-found' }
  | { readonly kind: 'not-enough-seats', readonly availableSeats: number }
  /** The price inside the transaction is above what every alternative allows for one reservation. */
  | { readonly kind: 'amount-exceeds-limit', readonly amount: number, readonly currency: string }
  /** One reservation would be allowed, but every alternative's total is used up. `remaining`: the largest that is left. */
  | { readonly kind: 'total-exceeded', readonly amount: number, readonly currency: string, readonly remaining: number }
  | { readonly kind: 'idempotency-key-reused' }

export interface CancelCommand {
  readonly person: Person
  readonly reservationId: number
  readonly at: EpochMilliseconds
}

export interface CancelReceipt {
  readonly reservation: Reservation
  readonly availableSeats: number
  /** What was given back to the budget that the reservation was debited from. */
  readonly credited?: { readonly amount: number, readonly balance: BudgetBalance }
}

export type CancelFailure =
  /** No such reservation, or another person's: the two look alike. */
  | { readonly kind: 'reservation-not-found' }
  | { readonly kind: 'already-cancelled' }
