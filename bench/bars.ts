// What must the gateway not cost more than? Ratios of CPU time within one run; a check in CI allows twice as much, since
// what else a machine does moves them.

export interface Bar {
  /** At most so many times the first contender of the comparison. */
  readonly ratio: number
}

export const BARS = {
  cachedCall: { ratio: 1.7 },
  eras: { ratio: 1.15 },
  toolsList: { ratio: 1.7 },
  challenge: { ratio: 1.2 },
  listTickets: { ratio: 1.7 },
  cacheMiss: { ratio: 1.4 }
} as const satisfies Readonly<Record<string, Bar>>

/** How many times as much as the gateway express with the SDK's first line must cost, with a cache. */
export const EXPRESS_AT_LEAST = 12

export const CI_TOLERANCE = 2
