// Keeps the tokens that were obtained for upstreams, all of one client's token under its hash. When that token is found to be no longer
// good, all that were derived from it are dropped with this one entry.

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kernel/clock.ts'
import type { Delegated } from './delegation-target.ts'

const MAX_SUBJECTS = 10_000
/** The tokens that one client's token was exchanged for; the oldest gives way. */
const MAX_TOKENS_OF_ONE = 100
/** All tokens together, whatever their length. */
const MAX_CHARACTERS = 32 * 1024 * 1024
/** What an entry needs beside its token. */
const ENTRY_CHARACTERS = 500

/** Which of the tokens that a client's token may be exchanged for. Equal ones are compared as text. */
export interface DelegatedTokenKey {
  readonly wish: string
  readonly details: string
}

interface Kept extends DelegatedTokenKey {
  readonly delegated: Delegated
  readonly untilMs: number
}

/** `subject`: digest of the client's token. */
export interface DelegatedTokens {
  readonly find: (subject: string, wish: string, details: string) => Delegated | undefined
  readonly keep: (subject: string, key: DelegatedTokenKey, delegated: Delegated, lifetimeMs: number) => void
  readonly drop: (subject: string, key: DelegatedTokenKey) => void
  readonly dropDerivedFrom: (subject: string) => void
}

export function createDelegatedTokens (clock: Clock): DelegatedTokens {
  const keptOf = new LRUCache<string, readonly Kept[]>({
    max: MAX_SUBJECTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: all => all.reduce((size, { delegated }) => size + charactersOf(delegated), 0)
  })

  function others (subject: string, { wish, details }: DelegatedTokenKey): readonly Kept[] {
    const now = clock.monotonicMs()
    return (keptOf.get(subject) ?? []).filter(one => now < one.untilMs && !(one.wish === wish && one.details === details))
  }

  return {
    // docs/performance.md#exchanged-tokens
    find (subject, wish, details) {
      const all = keptOf.get(subject)
      if (all === undefined) return undefined
      for (const one of all) {
        if (one.wish === wish && one.details === details) return clock.monotonicMs() < one.untilMs ? one.delegated : undefined
      }
      return undefined
    },
    keep (subject, { wish, details }, delegated, lifetimeMs) {
      if (lifetimeMs <= 0) return
      const kept: Kept = { wish, details, delegated, untilMs: Math.floor(clock.monotonicMs() + lifetimeMs) }
      keptOf.set(subject, [kept, ...others(subject, kept).slice(0, MAX_TOKENS_OF_ONE - 1)])
    },
    drop (subject, key) {
      const left = others(subject, key)
      if (left.length > 0) keptOf.set(subject, left)
      else keptOf.delete(subject)
    },
    dropDerivedFrom (subject) { keptOf.delete(subject) }
  }
}

function charactersOf (delegated: Delegated): number {
  return ENTRY_CHARACTERS + (delegated.ok ? delegated.value.reveal().length : 0)
}
