// Cache of the authorization server's answers. It holds answers, never decisions: every check is repeated at every hit.
// Positive and negative answers are in separate tables, so that a flood of invalid tokens evicts no valid one.

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kernel/clock.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { TokenStatus } from '../token-claims.ts'

export interface Answer {
  readonly status: TokenStatus
  /** When the request was sent, not when the answer came: the information is at least this old. */
  readonly askedAt: EpochMilliseconds
  /** The same moment on the monotonic clock. */
  readonly askedAtMonotonicMs: number
}

/** The times are read at each use. A shorter one applies to cached answers too, a longer one only to later answers. */
export interface GrantCacheSettings {
  /** Maximum age of a positive answer, which never outlives `exp` either. 0: no answer of either kind is cached. */
  readonly ttlSeconds: number
  /** Maximum age of an answer that refuses the token. 0: none is cached. */
  readonly negativeTtlSeconds: number
  readonly maxEntries: number
  readonly maxNegativeEntries: number
}

export interface GrantCache {
  /** An answer that has not expired. Reading it does not extend its time. */
  readonly find: (key: string) => Answer | undefined
  /** Replaces the answer of this key, or deletes it when the new one may not be cached. */
  readonly keep: (key: string, answer: Answer) => void
}

/** One flat object for each entry, for memory: docs/performance.md#cache-entries */
interface CacheEntry extends Answer { readonly staleAtMonotonicMs: number }

/**
 * @remarks Keys are digests, never tokens.
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-4
 */
export function createGrantCache (settings: GrantCacheSettings, clock: Clock): GrantCache {
  // Without the TTL of lru-cache, which treats 0 as unlimited.
  const grants = new LRUCache<string, CacheEntry>({ max: settings.maxEntries })
  const negatives = new LRUCache<string, CacheEntry>({ max: settings.maxNegativeEntries })
  const ttlMs = () => settings.ttlSeconds * 1000
  const negativeTtlMs = () => settings.ttlSeconds > 0 ? settings.negativeTtlSeconds * 1000 : 0

  function findIn (table: LRUCache<string, CacheEntry>, key: string): Answer | undefined {
    if (table.size === 0) return undefined
    const entry = table.get(key)
    if (entry === undefined) return undefined
    const { status, askedAtMonotonicMs, staleAtMonotonicMs } = entry
    const longestMs = status.kind === 'active' ? ttlMs() : negativeTtlMs()
    if (clock.monotonicMs() < Math.min(staleAtMonotonicMs, askedAtMonotonicMs + longestMs)) return entry
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
      // Whole milliseconds, rounded down: V8 allocates a separate object for a fraction. docs/performance.md#cache-entries
      const askedAtMonotonicMs = Math.floor(answer.askedAtMonotonicMs)
      const timeToLive = timeToLiveMs(answer)
      const staleAtMonotonicMs = Math.floor(answer.askedAtMonotonicMs + timeToLive)
      const [table, other] = status.kind === 'active' ? [grants, negatives] : [negatives, grants]
      if (other.size > 0) other.delete(key)
      // An answer that took longer than its time to live is stored but never found, because find() compares the time.
      if (timeToLive > 0) table.set(key, { status, askedAt, askedAtMonotonicMs, staleAtMonotonicMs })
      else table.delete(key)
    }
  }
}
