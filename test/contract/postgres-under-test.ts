// A PostgreSQL database with its store, as the contract wants it.

import type { Test } from 'tap'
import { createPostgresStore, openPostgresDatabase, type PostgresStoreOptions } from '../../src/tickets/storage/postgres/store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import type { PostgresServer } from '../support/postgres-server.ts'
import { auditPostgresTickets } from '../support/ticket-audit.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export const clock = createManualClock()
const AT = clock.now()

/** A thousand calls at once wait longer for one of ten connections than a person would. */
const PATIENT = { connectionTimeoutMs: 60_000, statementTimeoutMs: 60_000 } as const

export async function openUnderTest (
  t: Test, server: PostgresServer, url: string, options: Partial<PostgresStoreOptions> = {}
): Promise<StoreUnderTest> {
  const connection = await openPostgresDatabase({ url, clock, locale: 'ja', ...PATIENT, ...options })
  t.teardown(() => connection.close())
  const store = createPostgresStore(connection)
  return {
    store,
    addTicket: async ({ title = 'an event', price = 1_000, seats = 10, currency = 'JPY', eventDate = '2027-06-01T00:00:00.000Z' }) => Number((await server.query(url, `
      INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
      VALUES ($1, '', $2, $3, $4, $4, $5, $6) RETURNING id`, [title, price, currency, seats, eventDate, new Date(AT).toISOString()]))[0]?.['id']),
    setPrice: async (ticketId, price) => { await server.query(url, 'UPDATE tickets SET price = $1 WHERE id = $2', [price, ticketId]) },
    audit: () => auditPostgresTickets(server, url),
    restart: async () => { await store.close(); return openUnderTest(t, server, url, options) }
  }
}
