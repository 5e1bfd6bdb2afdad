// A store that reports the duration of every transaction of another store, and makes a span for it.

import type { Clock } from '../../kernel/clock.ts'
import { inSpan, type Tracing } from '../../kernel/tracing.ts'
import type { TicketStore } from '../domain/ticket-store.ts'

interface StoreEvent {
  /** The name of a method of the store, in snake case. */
  readonly operation: string
  readonly outcome: 'answered' | 'failed'
  readonly durationMs: number
}

export interface StoreWatch {
  readonly clock: Clock
  /** Must not throw. */
  readonly observe?: ((event: StoreEvent) => void) | undefined
  readonly tracing?: Tracing | undefined
}

export function createWatchedStore (store: TicketStore, { clock, observe, tracing }: StoreWatch): TicketStore {
  async function watched<T> (operation: string, work: () => Promise<T>): Promise<T> {
    const startedMs = clock.monotonicMs()
    const reportOutcome = (outcome: 'answered' | 'failed') => observe?.({ operation, outcome, durationMs: clock.monotonicMs() - startedMs })
    try {
      const value = tracing === undefined ? await work() : await inSpan(tracing, spanOf(operation), work)
      reportOutcome('answered')
      return value
    } catch (error) {
      reportOutcome('failed')
      throw error
    }
  }

  // https://opentelemetry.io/docs/specs/semconv/database/database-spans/
  const spanOf = (operation: string) => ({
    name: `storage ${operation}`,
    kind: 'client' as const,
    attributes: { 'db.system.name': store.system, 'db.operation.name': operation }
  })

  return {
    system: store.system,
    listTickets: limit => watched('list_tickets', () => store.listTickets(limit)),
    searchTickets: search => watched('search_tickets', () => store.searchTickets(search)),
    findTicket: id => watched('find_ticket', () => store.findTicket(id)),
    reserve: command => watched('reserve', () => store.reserve(command)),
    cancel: command => watched('cancel', () => store.cancel(command)),
    reservationsOf: (person, limit) => watched('reservations_of', () => store.reservationsOf(person, limit)),
    ownReservationsOf: (person, limit) => watched('own_reservations_of', () => store.ownReservationsOf(person, limit)),
    connections: store.connections,
    ping: () => watched('ping', store.ping),
    close: store.close
  }
}
