// Keeps the tokens that were obtained for upstreams, each under the hash of the token that it was exchanged for. When that token is found
// to be no longer good, all that were derived from it are dropped.

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kernel/clock.ts'
import type { Delegated } from './delegation-target.ts'

const MAX_TOKENS = 10_000
/** All tokens together, whatever their length. */
const MAX_CHARACTERS = 32 * 1024 * 1024
/** What an entry needs beside its token. */
const ENTRY_CHARACTERS = 500

interface Kept {
  readonly delegated: Delegated
  readonly subject: string
  readonly untilMs: number
}

export interface DelegatedTokens {
  readonly find: (key: string) => Delegated | undefined
  /** @param subject digest of the client's token */
  readonly keep: (key: string, subject: string, delegated: Delegated, lifetimeMs: number) => void
  readonly drop: (key: string) => void
  readonly dropDerivedFrom: (subject: string) => void
}

export function createDelegatedTokens (clock: Clock): DelegatedTokens {
  const keysOf = new Map<string, Set<string>>()
  const kept = new LRUCache<string, Kept>({
    max: MAX_TOKENS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ delegated }) => ENTRY_CHARACTERS + (delegated.ok ? delegated.value.reveal().length : 0),
    dispose (entry, key, reason) {
      if (reason === 'set') return
      const keys = keysOf.get(entry.subject)
      keys?.delete(key)
      if (keys?.size === 0) keysOf.delete(entry.subject)
    }
  })
  return {
    find (key) {
      const entry = kept.get(key)
      if (entry === undefined) return undefined
      if (clock.monotonicMs() < entry.untilMs) return entry.delegated
      kept.delete(key)
      return undefined
    },
    keep (key, subject, delegated, lifetimeMs) {
      if (lifetimeMs <= 0) return
      kept.set(key, { delegated, subject, untilMs: Math.floor(clock.monotonicMs() + lifetimeMs) })
      const keys = keysOf.get(subject) ?? new Set()
      keysOf.set(subject, keys.add(key))
    },
    drop: key => { kept.delete(key) },
    dropDerivedFrom (subject) {
      for (const key of keysOf.get(subject) ?? []) kept.delete(key)
    }
  }
}
