// How are many tickets looked at in small steps? Along an index, from where the step before ended. It does not know when
// enough have been found.

import type { SqlValue } from '../bind-guard.ts'
import { TICKET_COLUMNS, type SqlRow } from '../rows.ts'
import type { SqliteConnection } from './connection.ts'

export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

export interface Walk {
  /** Looks at so many entries of the index, and gives the tickets of those that fit. Without effect when it throws. */
  readonly step: (entries: number) => readonly SqlRow[]
  /** Nothing lies ahead. */
  readonly ended: () => boolean
}

export interface Path {
  /** A table with the index that it is walked by. */
  readonly source: string
  /** Where the source is not `tickets`. */
  readonly join?: string
  /** Equal in all its entries. */
  readonly among?: Condition
  /** The other columns of the index: the order of the entries, of which no two are alike. */
  readonly key: readonly string[]
  /** Before the first entry. */
  readonly start: readonly SqlValue[]
  /** Up to the last entry. */
  readonly upTo: Condition
}

const ALL: Condition = { sql: 'TRUE', values: [] }

/** @param fits of a ticket */
export function createWalk ({ prepare }: SqliteConnection, { source, join = '', among = ALL, key, start, upTo }: Path, fits: readonly Condition[]): Walk {
  const columns = `(${key.join(', ')})`
  const values = `(${key.map(() => '?').join(', ')})`
  const ahead = `${among.sql} AND ${columns} > ${values}`
  const tickets = `SELECT ${TICKET_COLUMNS} FROM ${source} ${join} WHERE ${[...fits.map(({ sql }) => sql), ahead].join(' AND ')}`
  const fitting = [...fits.flatMap(condition => condition.values), ...among.values]
  // never both ends in one query: SQLite would look for the farther one
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
