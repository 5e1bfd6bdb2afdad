// Remembers which tokens the authorization server called active, longer than the cache keeps its answers. Nothing is granted by it: it
// decides who waits for whom, and what a refusal of the server may mean.

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kernel/clock.ts'
import type { TokenStatus } from '../token-claims.ts'

const MAX_TOKENS = 10_000
/** A token whose lifetime is not stated, or is longer, counts as known for so long after an active answer. */
const LONGEST_MS = 3_600_000

export interface KnownTokens {
  /** Whether the token was active when it was last introspected, and has not expired since. */
  readonly has: (digest: string) => boolean
  readonly remember: (digest: string, status: TokenStatus) => void
  readonly forget: (digest: string) => void
}

export function createKnownTokens (clock: Clock): KnownTokens {
  /** Until when each counts, on the monotonic clock. */
  const untilMs = new LRUCache<string, number>({ max: MAX_TOKENS })
  return {
    has (digest) {
      const until = untilMs.get(digest)
      return until !== undefined && clock.monotonicMs() < until
    },
    remember (digest, status) {
      if (status.kind !== 'active') return
      const { expiresAt } = status.claims
      const leftMs = expiresAt === undefined ? LONGEST_MS : Math.min(LONGEST_MS, expiresAt * 1000 - clock.now())
      untilMs.set(digest, Math.floor(clock.monotonicMs() + leftMs))
    },
    forget (digest) { untilMs.delete(digest) }
  }
}
