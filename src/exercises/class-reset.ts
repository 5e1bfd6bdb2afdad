// Begins again with another class: reservations, totals and the ledger are emptied, and every seat is free, in one transaction. For SQLite
// alone, and only because these are practice data; nothing of the gateway does this.

import { openSqliteConnection } from '../storage/sqlite/connection.ts'

/** So many that a class of forty cannot sell out. */
const CLASS_SEATS = 400
const EMPTIED = ['reservations', 'budgets', 'ledger_charges', 'ledger_holds', 'ledger_counters', 'ledger_owners'] as const
const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"

/** @throws StorageUnavailable (as a rejected promise) */
export async function resetTickets (path: string): Promise<void> {
  await changeTickets(path, true)
}

/** More seats, and nothing else: the first start of a workshop. */
export async function widenTickets (path: string): Promise<void> {
  await changeTickets(path, false)
}

async function changeTickets (path: string, empty: boolean): Promise<void> {
  const connection = openSqliteConnection({ path })
  try {
    await connection.change('reset the class', () => {
      const present = new Set(connection.prepare(TABLES).all().map(([name]) => name))
      for (const table of empty ? EMPTIED : []) if (present.has(table)) connection.prepare(`DELETE FROM ${table}`).run()
      const available = empty ? '?' : 'max(0, ? - (total_seats - available_seats))'
      connection.prepare(`UPDATE tickets SET total_seats = ?, available_seats = ${available}`)
        .run(CLASS_SEATS, CLASS_SEATS)
    })
  } finally {
    connection.close()
  }
}
