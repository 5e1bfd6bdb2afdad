// Doubts a server that calls nothing but good tokens inactive. Authentik answers wrong credentials of the gateway with "active": false,
// and every client would be told to throw its token away: docs/operations.md#when-every-token-is-called-inactive

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kernel/clock.ts'

/** This many tokens of which other evidence says that they are good are called inactive, and none active in between. */
const LEAST_TOKENS = 5
/** Then the doubt lasts so long, or until a token is called active. Longer would keep clients from obtaining new tokens. */
const DOUBT_MS = 60_000
/** Tokens that caused a doubt cause no other one: a client with five revoked tokens could renew it without end. */
const MAX_SPENT = 1000

export interface InactiveRun {
  /** A token was called active: the server tells the two apart. */
  readonly active: () => void
  /** A token was called inactive although other evidence says that it is good: token-evidence.ts and contradictions.ts. */
  readonly unexpected: (digest: string) => void
  /** Seconds until inactive answers are believed again; 0: they are believed. */
  readonly doubtSeconds: () => number
}

/** @param onChange called when the doubt begins and when it ends; must not throw */
export function createInactiveRun (clock: Clock, onChange: (doubted: boolean) => void = () => {}): InactiveRun {
  const tokens = new Set<string>()
  const spent = new LRUCache<string, true>({ max: MAX_SPENT })
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
      if (doubtSeconds() > 0 || spent.has(digest)) return
      tokens.add(digest)
      if (tokens.size < LEAST_TOKENS) return
      for (const counted of tokens) spent.set(counted, true)
      doubtUntilMs = clock.monotonicMs() + DOUBT_MS
      onChange(true)
    },
    doubtSeconds
  }
}
