// Reads the tickets with enough free seats at no more than a price. Many tickets may fulfil each condition and none both, so
// an index of one of them would not do; this reads an index of both (migration 0002).

import { integerAt, type SqlRow } from '../../../storage/sql-row.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'
import { createIndexScan, type Condition, type IndexScan } from './index-scan.ts'

const BY_SEATS = 'tickets INDEXED BY tickets_by_available_seats'

// skips from one number of free seats to the next larger one, up to the first with a ticket that is cheap enough
const NEXT_SEATS = `
  WITH RECURSIVE numbers (seats) AS (
    SELECT min(available_seats) FROM ${BY_SEATS} WHERE available_seats >= ?
    UNION ALL
    SELECT (SELECT min(available_seats) FROM ${BY_SEATS} WHERE available_seats > seats) FROM numbers WHERE seats IS NOT NULL
  )
  SELECT seats FROM numbers WHERE EXISTS (SELECT 1 FROM ${BY_SEATS} WHERE available_seats = seats AND price <= ?) LIMIT 1`

export interface SeatsScanOptions {
  readonly minAvailableSeats: number
  readonly maxPrice: number
}

/** One scan after another, one for each number of free seats. None reads a ticket that is too expensive. */
export function createSeatsScan (
  connection: SqliteConnection, { minAvailableSeats, maxPrice }: SeatsScanOptions, fits: readonly Condition[]
): IndexScan {
  let least = minAvailableSeats
  let scan: IndexScan | undefined
  let ended = false

  function next (): IndexScan | undefined {
    const row = connection.prepare(NEXT_SEATS).first(least, maxPrice)
    if (row === undefined) return undefined
    const seats = integerAt(row, 0)
    least = seats + 1
    return createIndexScan(connection, {
      source: BY_SEATS,
      among: { sql: 'available_seats = ?', values: [seats] },
      key: ['price', 'place'],
      start: [-1, 0],
      upTo: { sql: 'price <= ?', values: [maxPrice] }
    }, fits)
  }

  return {
    step: (entries): readonly SqlRow[] => {
      if (scan === undefined || scan.ended()) scan = next()
      if (scan === undefined) ended = true
      return scan?.step(entries) ?? []
    },
    ended: () => ended
  }
}
