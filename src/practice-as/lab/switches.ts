// What is made wrong on purpose, for whom, and until when? The state of the lab: pure, in memory, and all off at the next start.
// A switch ends after its time or its number of requests, so that a forgotten one heals.

import type { JsonObject } from '../../kernel/json.ts'

/** In the order of the page. `revoked` and `new-key` happen once and cannot be undone; the others are on for a while. */
export const SWITCHES = [
  'down', 'slow', 'refused-credentials', 'revoked', 'short-life', 'wrong-audience', 'no-write', 'small-limit', 'new-key', 'no-refresh'
] as const
export type SwitchId = typeof SWITCHES[number]

/** What can be had for all only, because no token says whose it is when it happens. */
export const FOR_ALL_ONLY: ReadonlySet<SwitchId> = new Set(['refused-credentials', 'new-key'])
export const HAPPENS_ONCE: ReadonlySet<SwitchId> = new Set(['revoked', 'new-key'])

/** Milliseconds of `slow`, seconds of `short-life`, and the amount of `small-limit`; the last two are bounded from above too. */
export const VALUES: Readonly<Partial<Record<SwitchId, { readonly byDefault: number, readonly max: number }>>> = {
  slow: { byDefault: 2_000, max: 30_000 },
  'short-life': { byDefault: 60, max: 86_400 },
  'small-limit': { byDefault: 1_000, max: 100_000_000 }
}

export interface SwitchWish {
  /** `sub` of a person; undefined for all. */
  readonly subject: string | undefined
  /** Undefined: until it is switched off. */
  readonly seconds: number | undefined
  /** It ends after it has hit so many requests. */
  readonly requests: number | undefined
  readonly value: number | undefined
}

export interface ActiveSwitch {
  readonly id: SwitchId
  readonly subject: string | undefined
  /** Milliseconds since 1970; undefined: until it is switched off. */
  readonly until: number | undefined
  readonly requestsLeft: number | undefined
  readonly value: number | undefined
}

export interface Switches {
  readonly on: (id: SwitchId, wish: SwitchWish) => void
  readonly off: (id: SwitchId) => void
  readonly allOff: () => void
  readonly active: () => readonly ActiveSwitch[]
  /**
   * Whether it hits a request, which counts one of its requests.
   * @param subject of the token that the request is about; undefined where it is about none
   * @returns the value of the switch (0 where it has none), or undefined when it does not hit
   */
  readonly hit: (id: SwitchId, subject: string | undefined) => number | undefined
  /** From now on, what was issued until now counts as revoked. @param subject undefined for all */
  readonly revokeUntilNow: (subject: string | undefined) => void
  /** @param issuedAt seconds since 1970 */
  readonly isRevoked: (subject: string | undefined, issuedAt: number) => boolean
}

const ALL = Symbol('all')

/** @param now milliseconds since 1970 */
export function createSwitches (now: () => number): Switches {
  const states = new Map<SwitchId, ActiveSwitch>()
  const revokedUntil = new Map<string | typeof ALL, number>()

  function find (id: SwitchId): ActiveSwitch | undefined {
    const state = states.get(id)
    if (state?.until === undefined || state.until > now()) return state
    states.delete(id)
    return undefined
  }

  return {
    on (id, { subject, seconds, requests, value }) {
      const until = seconds === undefined ? undefined : now() + seconds * 1000
      states.set(id, { id, subject, until, requestsLeft: requests, value: value ?? VALUES[id]?.byDefault })
    },
    off (id) { states.delete(id) },
    allOff () { states.clear() },
    active: () => SWITCHES.map(find).filter(state => state !== undefined),
    hit (id, subject) {
      const state = find(id)
      if (state === undefined || (state.subject !== undefined && state.subject !== subject)) return undefined
      if (state.requestsLeft === 1) states.delete(id)
      else if (state.requestsLeft !== undefined) states.set(id, { ...state, requestsLeft: state.requestsLeft - 1 })
      return state.value ?? 0
    },
    revokeUntilNow (subject) { revokedUntil.set(subject ?? ALL, Math.floor(now() / 1000)) },
    isRevoked (subject, issuedAt) {
      const marks = [revokedUntil.get(ALL), subject === undefined ? undefined : revokedUntil.get(subject)]
      return marks.some(mark => mark !== undefined && issuedAt <= mark)
    }
  }
}

/** As `GET /lab/state` shows it. */
export function shownSwitch ({ id, subject, until, requestsLeft, value }: ActiveSwitch, now: number): JsonObject {
  return {
    id,
    for: subject === undefined ? 'all' : { person: subject },
    ...(until !== undefined && { secondsLeft: Math.max(0, Math.ceil((until - now) / 1000)) }),
    ...(requestsLeft !== undefined && { requestsLeft }),
    ...(value !== undefined && { value })
  }
}
