// Which tickets have enough free seats at no more than a price? There may be many of the one and many of the other and
// none of both, so that neither index alone would do. It does not say when enough have been found.

import { integerAt, type SqlRow } from '../rows.ts'
import type { SqliteConnection } from './connection.ts'
import { createWalk, type Condition, type Walk } from './walk.ts'

const BY_SEATS = 'tickets INDEXED BY tickets_by_available_seats'

// from one number of free seats to the next larger one, however many tickets have it, to the first with one cheap enough
const NEXT_SEATS = `
  WITH RECURSIVE numbers (seats) AS (
    SELECT min(available_seats) FROM ${BY_SEATS} WHERE available_seats >= ?
    UNION ALL
    SELECT (SELECT min(available_seats) FROM ${BY_SEATS} WHERE available_seats > seats) FROM numbers WHERE seats IS NOT NULL
  )
  SELECT seats FROM numbers WHERE EXISTS (SELECT 1 FROM ${BY_SEATS} WHERE available_seats = seats AND price <= ?) LIMIT 1`

export interface SeatsWalkOptions {
  readonly minAvailableSeats: number
  readonly maxPrice: number
}

/** One walk after another, for each number of free seats: none of them meets a ticket that is too dear. */
export function createSeatsWalk (connection: SqliteConnection, { minAvailableSeats, maxPrice }: SeatsWalkOptions, fits: readonly Condition[]): Walk {
  let least = minAvailableSeats
  let walk: Walk | undefined
  let ended = false

  function next (): Walk | undefined {
    const row = connection.prepare(NEXT_SEATS).first(least, maxPrice)
    if (row === undefined) return undefined
    const seats = integerAt(row, 0)
    least = seats + 1
    return createWalk(connection, {
      source: BY_SEATS,
      among: { sql: 'available_seats = ?', values: [seats] },
      key: ['price', 'place'],
      start: [-1, 0],
      upTo: { sql: 'price <= ?', values: [maxPrice] }
    }, fits)
  }

  return {
    step: (entries): readonly SqlRow[] => {
      if (walk === undefined || walk.ended()) walk = next()
      if (walk === undefined) ended = true
      return walk?.step(entries) ?? []
    },
    ended: () => ended
  }
}
