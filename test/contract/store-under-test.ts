// A ticket store under test, and the wishes and people of the contract.

import type { Test } from 'tap'
import type { Person } from '../../src/kernel/person.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import type { SpendingLimit } from '../../src/ledger/spending-limit.ts'
import type { CancelFailure, CancelReceipt, ReserveCommand, ReserveFailure, ReserveReceipt } from '../../src/tickets/domain/reservation.ts'
import type { Result } from '../../src/kernel/result.ts'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'

export interface StoreUnderTest {
  readonly store: TicketStore
  readonly addTicket: (ticket: { title?: string, price?: number, seats?: number, currency?: string, eventDate?: string }) => Promise<number>
  readonly setPrice: (ticketId: number, price: number) => Promise<void>
  /** One line for each ticket or budget whose sums do not agree. */
  readonly audit: () => Promise<readonly string[]>
  /** Closes the store and opens what it left behind; absent where nothing outlives the process. */
  readonly restart?: () => Promise<StoreUnderTest>
}

/** A fresh store, closed by `t.teardown`. */
export type OpenStore = (t: Test) => Promise<StoreUnderTest>

export const AT = epochMilliseconds(1_800_000_000_000)
export const inga = { issuer: 'https://as.example', subject: '1004' }
export const kenji = { issuer: 'https://as.example', subject: '1005' }

export type Wish = Partial<Omit<ReserveCommand, 'ticketId'>> & { ticketId: number }

export const reserve = (store: TicketStore, wish: Wish): Promise<Result<ReserveReceipt, ReserveFailure>> =>
  store.reserve({ person: inga, seats: 1, limits: 'unrestricted', at: AT, ...wish })

export const cancel = (store: TicketStore, reservationId: number, person: Person = inga): Promise<Result<CancelReceipt, CancelFailure>> =>
  store.cancel({ person, reservationId, at: AT })

export const single = (elementIndex: number, maxAmount: number, currency = 'JPY'): SpendingLimit => ({ elementIndex, currency, maxAmount })

export const total = (elementIndex: number, maxTotalAmount: number, budgetKey: string, maxAmount = 1_000_000): SpendingLimit =>
  ({ elementIndex, currency: 'JPY', maxAmount, total: { maxTotalAmount, budgetKey } })

export async function seatsLeft (store: TicketStore, ticketId: number): Promise<number | undefined> {
  return (await store.findTicket(ticketId))?.availableSeats
}

export function receiptOf (t: Test, result: Result<ReserveReceipt, ReserveFailure>): ReserveReceipt {
  if (result.ok) return result.value
  t.fail(`refused: ${result.error.kind}`)
  throw new Error(result.error.kind)
}
