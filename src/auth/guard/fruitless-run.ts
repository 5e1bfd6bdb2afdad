// Counts the tokens about which a server gave no answer of use. Enough of them make this gateway not ready, for a minute after the last
// one: longer, a client that invents tokens could keep a replica out of rotation, where no good token reaches it.

import type { Clock } from '../../kernel/clock.ts'

const LEAST_TOKENS = 5
const COUNTS_FOR_MS = 60_000

export interface FruitlessRun {
  readonly add: (digest: string) => void
  /** Whether there were five different tokens, the last of them within a minute. */
  readonly isLong: () => boolean
  readonly clear: () => void
}

export function createFruitlessRun (clock: Clock): FruitlessRun {
  const tokens = new Set<string>()
  let lastAtMs = -Infinity
  return {
    add (digest) {
      lastAtMs = clock.monotonicMs()
      if (tokens.size < LEAST_TOKENS) tokens.add(digest)
    },
    isLong () {
      if (clock.monotonicMs() - lastAtMs >= COUNTS_FOR_MS) tokens.clear()
      return tokens.size >= LEAST_TOKENS
    },
    clear () { tokens.clear() }
  }
}
