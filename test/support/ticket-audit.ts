// Do the books of a ticket database agree? Sums that the gateway itself never computes.

import type { SqliteConnection } from '../../src/storage/sqlite/connection.ts'
import type { PostgresServer } from './postgres-server.ts'

const WRONG_SEATS = `
  SELECT t.id, t.available_seats, t.total_seats, coalesce(sum(r.seats), 0)
  FROM tickets t LEFT JOIN reservations r ON r.ticket_id = t.id AND r.status = 'active'
  GROUP BY t.id HAVING t.available_seats + coalesce(sum(r.seats), 0) <> t.total_seats`
const WRONG_BUDGETS = `
  SELECT b.id, b.spent, coalesce(sum(r.amount), 0)
  FROM budgets b LEFT JOIN reservations r ON r.budget_id = b.id AND r.status = 'active'
  GROUP BY b.id HAVING b.spent <> coalesce(sum(r.amount), 0)`
const WRONG_OWNERS = `
  SELECT r.id FROM reservations r JOIN budgets b ON b.id = r.budget_id
  WHERE b.person_id <> r.person_id OR b.currency <> r.currency`

/** One line for each ticket or budget that does not add up. */
export function auditTickets ({ prepare }: SqliteConnection): readonly string[] {
  return [
    ...prepare(WRONG_SEATS).all().map(row => `seats: ${row.join(' ')}`),
    ...prepare(WRONG_BUDGETS).all().map(row => `budget: ${row.join(' ')}`),
    ...prepare(WRONG_OWNERS).all().map(row => `owner: ${row.join(' ')}`),
    ...prepare('PRAGMA integrity_check').all().filter(row => row[0] !== 'ok').map(row => `file: ${row.join(' ')}`),
    ...prepare('PRAGMA foreign_key_check').all().map(row => `reference: ${row.join(' ')}`)
  ]
}

/** The same sums, by PostgreSQL; every title is looked up under its present text as well. */
export async function auditPostgresTickets (server: PostgresServer, url: string): Promise<readonly string[]> {
  const lines = async (what: string, text: string) => (await server.query(url, text)).map(row => `${what}: ${Object.values(row).join(' ')}`)
  return [
    ...await lines('seats', WRONG_SEATS),
    ...await lines('budget', WRONG_BUDGETS),
    ...await lines('owner', WRONG_OWNERS),
    ...await lines('title', `
      SELECT t.id FROM tickets t LEFT JOIN ticket_titles s ON s.ticket_id = t.id
      WHERE s.folded IS DISTINCT FROM ticket_title_folded(t.title)`)
  ]
}
