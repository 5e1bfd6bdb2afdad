// How long a total counts: without end, for one day or for one month. Days and months are those of UTC, so that every gateway that counts
// begins a new one at the same moment.

import { epochMilliseconds, type EpochMilliseconds } from '../kernel/units.ts'

export type Period = 'ever' | 'day' | 'month'

export interface CountedPeriod {
  /** Stands in the key of a budget: `2026-11`, `2026-11-28`, or nothing for `ever`. */
  readonly label: string
  /** When the next one begins; absent for `ever`. */
  readonly endsAt?: EpochMilliseconds
}

/** @example periodAt('month', now) // { label: '2026-11', endsAt: 2026-12-01T00:00:00Z } */
export function periodAt (period: Period, now: EpochMilliseconds): CountedPeriod {
  const date = new Date(now)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  switch (period) {
    case 'ever': return { label: '' }
    case 'day': return { label: date.toISOString().slice(0, 10), endsAt: epochMilliseconds(Date.UTC(year, month, day + 1)) }
    case 'month': return { label: date.toISOString().slice(0, 7), endsAt: epochMilliseconds(Date.UTC(year, month + 1, 1)) }
  }
}
