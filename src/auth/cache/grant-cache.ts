// What did the authorization server say of this token a moment ago? Keeps answers, never decisions: every check runs
// again on every hit. Positive and negative answers live in tables of their own, so that junk evicts no real grant.

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kernel/clock.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { TokenStatus } from '../token-claims.ts'

export interface Answer {
  readonly status: TokenStatus
  /** When the server was asked, not when it answered: what it says is at least this old. */
  readonly askedAt: EpochMilliseconds
  /** The same moment on the clock that never jumps. */
  readonly askedAtMonotonicMs: number
}

/** The times are read at each use: a shorter one counts for what is kept already, a longer one for what is kept from then on. */
export interface GrantCacheSettings {
  /** How long a positive answer counts, at most; an answer never outlives `exp`. 0 keeps no answer of either kind. */
  readonly ttlSeconds: number
  /** How long "inactive" and "unusable" count. 0 keeps none. */
  readonly negativeTtlSeconds: number
  readonly maxEntries: number
  readonly maxNegativeEntries: number
}

export interface GrantCache {
  /** Synchronous, and never an answer past its time. Reading extends nothing. */
  readonly find: (key: string) => Answer | undefined
  /** Replaces what was known of this key, with nothing when the answer may not be kept. */
  readonly keep: (key: string, answer: Answer) => void
  readonly sizes: () => { readonly grants: number, readonly negatives: number }
}

/** One object: there are thousands of them. */
interface Kept extends Answer { readonly staleAtMonotonicMs: number }

/**
 * The keys hold no token text: callers make them of a digest.
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-4
 */
export function createGrantCache (settings: GrantCacheSettings, clock: Clock): GrantCache {
  // Expiry is ours, not lru-cache's: it reads a TTL of 0 as "for ever".
  const grants = new LRUCache<string, Kept>({ max: settings.maxEntries })
  const negatives = new LRUCache<string, Kept>({ max: settings.maxNegativeEntries })
  const ttlMs = () => settings.ttlSeconds * 1000
  const negativeTtlMs = () => settings.ttlSeconds > 0 ? settings.negativeTtlSeconds * 1000 : 0

  function findIn (table: LRUCache<string, Kept>, key: string): Answer | undefined {
    // Most of the time there is no negative at all.
    if (table.size === 0) return undefined
    const kept = table.get(key)
    if (kept === undefined) return undefined
    const { status, askedAtMonotonicMs, staleAtMonotonicMs } = kept
    const longestMs = status.kind === 'active' ? ttlMs() : negativeTtlMs()
    if (clock.monotonicMs() < Math.min(staleAtMonotonicMs, askedAtMonotonicMs + longestMs)) return kept
    table.delete(key)
    return undefined
  }

  function timeToLiveMs ({ status, askedAt }: Answer): number {
    if (status.kind !== 'active') return negativeTtlMs()
    const { expiresAt } = status.claims
    return expiresAt === undefined ? ttlMs() : Math.min(ttlMs(), expiresAt * 1000 - askedAt)
  }

  return {
    find: key => findIn(grants, key) ?? findIn(negatives, key),
    keep (key, answer) {
      const { status, askedAt } = answer
      // Whole milliseconds, the earlier ones: a fraction would be an object of its own in each of thousands, and a kept answer that
      // seems a little older than it is does no harm.
      const askedAtMonotonicMs = Math.floor(answer.askedAtMonotonicMs)
      const timeToLive = timeToLiveMs(answer)
      const staleAtMonotonicMs = Math.floor(answer.askedAtMonotonicMs + timeToLive)
      const [table, other] = status.kind === 'active' ? [grants, negatives] : [negatives, grants]
      if (other.size > 0) other.delete(key)
      // One that took longer to come than it may be kept is never found: find() looks at the time.
      if (timeToLive > 0) table.set(key, { status, askedAt, askedAtMonotonicMs, staleAtMonotonicMs })
      else table.delete(key)
    },
    sizes: () => ({ grants: grants.size, negatives: negatives.size })
  }
}
