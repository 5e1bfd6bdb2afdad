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

// a title with its case folded is as long as itself, and all it has in the index are endings of it
const WRONG_TITLES = `
  SELECT coalesce(t.id, s.ticket_id) FROM tickets t FULL JOIN ticket_titles s ON s.ticket_id = t.id
  WHERE t.id IS NULL OR s.folded IS NULL OR length(s.folded) <> length(t.title)
    OR NOT EXISTS (SELECT 1 FROM title_endings WHERE ending = substr(s.folded, 1, 12) AND ticket_id = t.id)`
const WRONG_ENDINGS = `
  SELECT e.ticket_id, e.ending FROM title_endings e LEFT JOIN ticket_titles s ON s.ticket_id = e.ticket_id
  WHERE s.folded IS NULL OR instr(s.folded, e.ending) = 0`

/** One line for each ticket or budget that does not add up, and for each title that its index knows otherwise. */
export function auditTickets ({ prepare }: SqliteConnection): readonly string[] {
  return [
    ...prepare(WRONG_SEATS).all().map(row => `seats: ${row.join(' ')}`),
    ...prepare(WRONG_BUDGETS).all().map(row => `budget: ${row.join(' ')}`),
    ...prepare(WRONG_OWNERS).all().map(row => `owner: ${row.join(' ')}`),
    ...prepare(WRONG_TITLES).all().map(row => `title: ${row.join(' ')}`),
    ...prepare(WRONG_ENDINGS).all().map(row => `ending: ${row.join(' ')}`),
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
