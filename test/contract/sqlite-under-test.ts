// The SQLite adapter under test, in memory or in a fresh file.

import { join } from 'node:path'
import type { Test } from 'tap'
import type { SqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { createSqliteStore, openSqliteDatabase } from '../../src/tickets/storage/sqlite/store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export const clock = createManualClock()
export const AT = clock.now()
export const inga = { issuer: 'https://as.example', subject: '1004' }

export async function openDatabase (t: Test, path: string, busyTimeoutMs = 5_000): Promise<SqliteConnection> {
  const connection = await openSqliteDatabase({ path, clock, locale: 'ja', busyTimeoutMs })
  t.teardown(() => { connection.close() })
  return connection
}

export async function openUnderTest (t: Test, path: string): Promise<StoreUnderTest> {
  const connection = await openDatabase(t, path)
  const store = createSqliteStore(connection)
  return {
    store,
    addTicket: async ({ title = 'an event', price = 1_000, seats = 10, currency = 'JPY', eventDate = '2027-06-01T00:00:00.000Z' }) => Number(connection.prepare(`
      INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
      VALUES (?, '', ?, ?, ?, ?, ?, ?) RETURNING id`).first(title, price, currency, seats, seats, eventDate, new Date(AT).toISOString())?.[0]),
    setPrice: async (ticketId, price) => { connection.prepare('UPDATE tickets SET price = ? WHERE id = ?').run(price, ticketId) },
    audit: async () => auditTickets(connection),
    ...path === ':memory:' ? {} : { restart: async () => { await store.close(); return openUnderTest(t, path) } }
  }
}

// what is cheap is sold out
export function fill (connection: SqliteConnection, count: number): void {
  connection.execute(`
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
    SELECT 'Evening of Jazz ' || i, '', 1000 + i % 5 * 1000, 'JPY', iif(i % 5 = 0, 0, i % 50), iif(i % 5 = 0, 0, i % 50), '2027-06-01T00:00:00.000Z', '' FROM n`)
}

export const freshPath = (t: Test): string => join(t.testdir(), 'a folder', 'to be made', 'tickets.db')
