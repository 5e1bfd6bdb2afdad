// Remembers which tokens the authorization server called active, longer than the cache keeps its answers. Nothing is granted by it: it
// decides who waits for whom, and what a refusal of the server may mean.

import type { Clock } from '../../kernel/clock.ts'
import type { TokenStatus } from '../token-claims.ts'

/** Of each of the two generations. */
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
  /** Until when each counts, on the monotonic clock. When it is full it becomes the previous one, which is forgotten then. */
  // docs/performance.md#known-tokens
  let recent = new Map<string, number>()
  let previous = new Map<string, number>()
  return {
    has (digest) {
      const until = recent.get(digest) ?? previous.get(digest)
      return until !== undefined && clock.monotonicMs() < until
    },
    remember (digest, status) {
      if (status.kind !== 'active') return
      const { expiresAt } = status.claims
      const leftMs = expiresAt === undefined ? LONGEST_MS : Math.min(LONGEST_MS, expiresAt * 1000 - clock.now())
      if (recent.size >= MAX_TOKENS) {
        previous = recent
        recent = new Map()
      }
      recent.set(digest, Math.floor(clock.monotonicMs() + leftMs))
    },
    forget (digest) {
      recent.delete(digest)
      previous.delete(digest)
    }
  }
}
