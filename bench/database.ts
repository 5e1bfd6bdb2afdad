// What is in the databases of the servers? The catalogue of a first start with seats for everybody, and as much more as
// a measurement wants, written without asking for the disk after each row.

import { systemClock } from '../src/kernel/clock.ts'
import { openSqliteDatabase } from '../src/tickets/storage/sqlite/store.ts'

export interface DatabaseContent {
  /** Besides the three of a first start. */
  readonly tickets?: number
  /** Of a thousand people, none of whom is the one who asks. */
  readonly reservations?: number
}

/** In catalogues of every size, so that a search for them has the same answer in all. */
export const CHEAP_TICKETS = 10
export const CHEAP_PRICE = 500

const SEATS = 1_000_000_000
/** In KiB: trees that are written in no order. */
const CACHE_KIB = 1_000_000

const MORE_TICKETS = (count: number) => `
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
  INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
  SELECT 'Evening ' || i, 'One of many.', iif(i <= ${CHEAP_TICKETS}, ${CHEAP_PRICE}, 1000 + i % 9000), 'JPY', 10 + i % 90, 100, '2031-01-01T10:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM n`

const PEOPLE = `
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
  INSERT INTO people (issuer, subject) SELECT 'http://localhost:9000', 'somebody-' || i FROM n`

const MORE_RESERVATIONS = (count: number) => `
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
  INSERT INTO reservations (person_id, ticket_id, seats, amount, currency, status, reserved_at)
  SELECT 1 + i % 1000, 1 + i % 3, 1, 5000, 'JPY', 'active', '2026-01-01T00:00:00.000Z' FROM n`

export async function createDatabase (path: string, { tickets = 0, reservations = 0 }: DatabaseContent = {}): Promise<void> {
  const connection = await openSqliteDatabase({ path, clock: systemClock, locale: 'en' })
  connection.execute('PRAGMA synchronous = OFF')
  connection.execute(`PRAGMA cache_size = -${CACHE_KIB}`)
  connection.execute(`UPDATE tickets SET total_seats = ${SEATS}, available_seats = ${SEATS}`)
  if (tickets > 0) connection.transact(() => { connection.execute(MORE_TICKETS(tickets)) })
  if (reservations > 0) {
    connection.transact(() => {
      connection.execute(PEOPLE)
      connection.execute(MORE_RESERVATIONS(reservations))
    })
  }
  connection.close()
}
