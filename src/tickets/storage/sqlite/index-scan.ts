// Reads an index in small steps; each step continues where the last one ended. The caller decides when it has found enough.

import type { SqlValue } from '../../../storage/bind-guard.ts'
import { type SqlRow } from '../../../storage/sql-row.ts'
import { TICKET_COLUMNS } from '../rows.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'

export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

export interface IndexScan {
  /** Reads this many entries, and returns the tickets that fulfil the conditions. A step that throws changes nothing. */
  readonly step: (entries: number) => readonly SqlRow[]
  /** True when the scan has read the last entry. */
  readonly ended: () => boolean
}

export interface IndexRange {
  /** A table, with the index to read. */
  readonly source: string
  /** Joins `tickets` to a source that is another table. */
  readonly join?: string
  /** A condition that fixes the first columns of the index. */
  readonly among?: Condition
  /** The other columns of the index: they order the entries, and no two entries are equal. */
  readonly key: readonly string[]
  /** A key before the first entry. */
  readonly start: readonly SqlValue[]
  /** True of all entries up to the last one. */
  readonly upTo: Condition
}

const ALL: Condition = { sql: 'TRUE', values: [] }

/** @param fits conditions on a ticket */
export function createIndexScan (
  { prepare }: SqliteConnection, { source, join = '', among = ALL, key, start, upTo }: IndexRange, fits: readonly Condition[]
): IndexScan {
  const columns = `(${key.join(', ')})`
  const values = `(${key.map(() => '?').join(', ')})`
  const ahead = `${among.sql} AND ${columns} > ${values}`
  const tickets = `SELECT ${TICKET_COLUMNS} FROM ${source} ${join} WHERE ${[...fits.map(({ sql }) => sql), ahead].join(' AND ')}`
  const fitting = [...fits.flatMap(condition => condition.values), ...among.values]
  // one upper bound in each query: of two, SQLite would use the farther one
  const until = `${tickets} AND ${columns} <= ${values}`
  const rest = `${tickets} AND ${upTo.sql}`
  const last = `SELECT ${key.join(', ')} FROM ${source} WHERE ${ahead} AND ${upTo.sql} LIMIT 1 OFFSET ?`

  let position = start
  let ended = false

  return {
    step: entries => {
      if (ended) return []
      const end = prepare(last).first(...among.values, ...position, ...upTo.values, entries - 1) as readonly SqlValue[] | undefined
      const rows = end === undefined
        ? prepare(rest).all(...fitting, ...position, ...upTo.values)
        : prepare(until).all(...fitting, ...position, ...end)
      ended = end === undefined
      position = end ?? position
      return rows
    },
    ended: () => ended
  }
}
