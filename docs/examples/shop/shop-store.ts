// The data of the example shop in one SQLite file: bookings and orders belong to a customer, products and forms to the shop. What the
// customer is called comes from the gateway, never from an argument of a client.

import Database from 'libsql'

export type Row = Readonly<Record<string, unknown>>
type Value = string | number

/** The columns that each table has beside its id; lists are kept as JSON. */
const TABLES = {
  booking: ['customer', 'date', 'people', 'note', 'status'],
  product: ['name', 'price', 'tags'],
  orders: ['customer', 'status', 'total', 'items'],
  form: ['title', 'questions'],
  submission: ['customer', 'form_id', 'answers']
} as const

export type Table = keyof typeof TABLES
const LISTS: ReadonlySet<string> = new Set(['tags', 'items', 'questions', 'answers'])

export interface ShopStore {
  /** Newest first. */
  readonly list: (table: Table, filter: Row, limit: number) => readonly Row[]
  readonly get: (table: Table, filter: Row) => Row | undefined
  readonly add: (table: Table, values: Row) => Row
  /** `undefined` where there is none. */
  readonly change: (table: Table, filter: Row, values: Row) => Row | undefined
  readonly remove: (table: Table, filter: Row) => void
  readonly close: () => void
}

/** @param path of a file, or `:memory:` */
export function openShopStore (path: string): ShopStore {
  const database = new Database(path)
  for (const [table, columns] of Object.entries(TABLES)) {
    database.exec(`CREATE TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY, ${columns.join(', ')})`)
  }
  const rows = (sql: string, values: readonly Value[]) => (database.prepare(sql).all(...values) as Row[]).map(withLists)
  const where = (filter: Row) => Object.keys(filter).map(column => ` AND ${column} = ?`).join('')

  function get (table: Table, filter: Row): Row | undefined {
    return rows(`SELECT * FROM ${table} WHERE 1 = 1${where(filter)}`, valuesOf(filter))[0]
  }

  return {
    get,
    list: (table, filter, limit) => rows(
      `SELECT * FROM ${table} WHERE 1 = 1${where(filter)} ORDER BY id DESC LIMIT ?`, [...valuesOf(filter), limit]
    ),
    add (table, values) {
      const columns = Object.keys(values)
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) RETURNING *`
      return rows(sql, valuesOf(values))[0] ?? {}
    },
    change (table, filter, values) {
      const columns = Object.keys(values)
      if (columns.length === 0) return get(table, filter)
      const sql = `UPDATE ${table} SET ${columns.map(column => `${column} = ?`).join(', ')} WHERE 1 = 1${where(filter)} RETURNING *`
      return rows(sql, [...valuesOf(values), ...valuesOf(filter)])[0]
    },
    remove (table, filter) { rows(`DELETE FROM ${table} WHERE 1 = 1${where(filter)} RETURNING id`, valuesOf(filter)) },
    close () { database.close() }
  }
}

function valuesOf (row: Row): readonly Value[] {
  return Object.values(row).map(value => typeof value === 'object' ? JSON.stringify(value) : value as Value)
}

/** The customer is whose the row is, and stays in the shop. */
function withLists ({ customer: _, ...row }: Row): Row {
  const shown = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(shown.map(([name, value]) => [name, LISTS.has(name) ? JSON.parse(value as string) as unknown : value]))
}
