// What must the gateway not cost more than? Ratios within one run, of CPU time where nothing else is said; a check in CI allows twice as
// much, since what else a machine does moves them.

export type Bar =
  /** At most so many times the first contender of the comparison. */
  | { readonly atMost: number }
  /** The other one costs at least so many times what we do. */
  | { readonly atLeast: number }

export const BARS = {
  cachedCall: { atMost: 1.7 },
  eras: { atMost: 1.15 },
  toolsList: { atMost: 1.7 },
  challenge: { atMost: 1.2 },
  /** The console is on and has no viewer, in place of off: no more than two processes of one program differ by. */
  unwatchedConsole: { atMost: 1.05 },
  listTickets: { atMost: 1.7 },
  cacheMiss: { atMost: 1.4 },
  proxiedHttp: { atMost: 1.45 },
  proxiedStdio: { atMost: 1.35 },
  /** An operation of a REST API, beside the same forwarding. */
  proxiedRest: { atMost: 1.45 },
  sdkClientHttp: { atLeast: 8 },
  /** Of the whole call. Not judged: if our transport cost nothing it would be 3.5, since an own tool needs most of the call. */
  sdkClientStdio: { atLeast: 4 },
  /** Of what each adds to a call of an own tool. */
  sdkTransportStdio: { atLeast: 4 },
  sdkIdiom: { atLeast: 12 },
  /** A token for the other server from the cache, in place of none. */
  exchangedToken: { atMost: 1.03 },
  /** Both ask the authorization server about the token, and wait for the disk. */
  countedCall: { atMost: 1.6 },
  largeResult: { atMost: 2.5 },
  /** Of the slowest hundredth of the calls, in time. */
  hangingUpstream: { atMost: 1.5 }
} as const satisfies Readonly<Record<string, Bar>>

/** What 100,000 calls of 10,000 persons may leave in the heap, each with a session: a collection does not return all at once. */
export const MANY_PERSONS_AT_MOST_BYTES = 3_000_000

/** How many times as much as the gateway express with the SDK's first line must cost, with a cache. */
export const EXPRESS_AT_LEAST = 12

export const CI_TOLERANCE = 2

/** @param ratio what is not a number was not measured, and reaches no bar */
export function isReached (bar: Bar, ratio: number, tolerance = 1): boolean {
  return 'atMost' in bar ? ratio <= bar.atMost * tolerance : ratio >= bar.atLeast / tolerance
}

export function describeBar (bar: Bar): string {
  return 'atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`
}
