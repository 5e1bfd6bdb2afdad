// Doubts a server that calls nothing but good tokens inactive. Authentik answers wrong credentials of the gateway with "active": false,
// and every client would be told to throw its token away: docs/operations.md#when-every-token-is-called-inactive

import type { Clock } from '../../kernel/clock.ts'

/** This many tokens of which other evidence says that they are good are called inactive, and none active in between. */
const LEAST_TOKENS = 5
/** Then the doubt lasts so long, or until a token is called active. Longer would keep clients from obtaining new tokens. */
const DOUBT_MS = 60_000

export interface InactiveRun {
  /** A token was called active: the server tells the two apart. */
  readonly active: () => void
  /** A token was called inactive although it was active before and has not expired, or its signature says that it is good. */
  readonly unexpected: (digest: string) => void
  /** Seconds until inactive answers are believed again; 0: they are believed. */
  readonly doubtSeconds: () => number
}

/** @param onChange called when the doubt begins and when it ends; must not throw */
export function createInactiveRun (clock: Clock, onChange: (doubted: boolean) => void = () => {}): InactiveRun {
  const tokens = new Set<string>()
  let doubtUntilMs: number | undefined

  function end (): void {
    tokens.clear()
    if (doubtUntilMs === undefined) return
    doubtUntilMs = undefined
    onChange(false)
  }

  function doubtSeconds (): number {
    if (doubtUntilMs === undefined) return 0
    const leftMs = doubtUntilMs - clock.monotonicMs()
    if (leftMs > 0) return Math.ceil(leftMs / 1000)
    end()
    return 0
  }

  return {
    active () { if (tokens.size > 0 || doubtUntilMs !== undefined) end() },
    unexpected (digest) {
      if (doubtSeconds() > 0) return
      tokens.add(digest)
      if (tokens.size < LEAST_TOKENS) return
      doubtUntilMs = clock.monotonicMs() + DOUBT_MS
      onChange(true)
    },
    doubtSeconds
  }
}
