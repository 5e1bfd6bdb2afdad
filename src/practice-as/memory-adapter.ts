// The storage of the practice server, in memory: clients, codes, grants and tokens. Each kind has a table with a size limit, so
// a flood of registrations cannot push out a token. Nothing survives a restart. Login sessions are not stored: every
// authorization request asks the person to log in.

import { LRUCache } from 'lru-cache'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

const MAX_ENTRIES_PER_KIND = 20_000
/** An expired code stays known, so that a learner reads "expired" and not "unknown"; the library refuses it. */
const CODE_KEPT_SECONDS = 3_600

interface Entry {
  readonly payload: AdapterPayload
  /** Milliseconds since 1970; infinite for an entry that does not expire. */
  readonly expiresAt: number
}

/**
 * Returns the same table for the same kind.
 * @param now milliseconds since 1970
 * @param maxEntries of each kind (clients, access tokens, …), at least 1
 */
export function createMemoryAdapter (now: () => number, maxEntries = MAX_ENTRIES_PER_KIND): AdapterFactory {
  const tables = new Map<string, Adapter>([['Session', emptyTable]])
  return kind => {
    const table = tables.get(kind) ?? createTable(now, maxEntries, kind === 'AuthorizationCode' ? CODE_KEPT_SECONDS : 0)
    tables.set(kind, table)
    return table
  }
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined)

const emptyTable: Adapter = {
  upsert: nothing,
  find: nothing,
  findByUserCode: nothing,
  findByUid: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing
}

function createTable (now: () => number, maxEntries: number, keptSeconds: number): Adapter {
  const idsOfGrant = new Map<string, Set<string>>()
  // expiry is checked here and not by lru-cache, whose `ttl` keeps an entry one millisecond longer than its lifetime
  const entries = new LRUCache<string, Entry>({
    max: maxEntries,
    dispose ({ payload: { grantId } }, id) {
      const ids = grantId === undefined ? undefined : idsOfGrant.get(grantId)
      ids?.delete(id)
      if (grantId !== undefined && ids?.size === 0) idsOfGrant.delete(grantId)
    }
  })

  function store (id: string, entry: Entry): void {
    entries.set(id, entry)
    const { grantId } = entry.payload
    if (grantId !== undefined) idsOfGrant.set(grantId, (idsOfGrant.get(grantId) ?? new Set()).add(id))
  }

  function findLive (id: string): Entry | undefined {
    const entry = entries.get(id)
    if (entry === undefined || entry.expiresAt > now()) return entry
    entries.delete(id)
    return undefined
  }

  /** Without this, a full table would drop its least recently used entry and keep expired ones. */
  function deleteExpired (): void {
    for (const [id, { expiresAt }] of [...entries.entries()]) if (expiresAt <= now()) entries.delete(id)
  }

  return {
    upsert (id, payload, expiresInSeconds) {
      if (entries.size >= maxEntries) deleteExpired()
      store(id, { payload, expiresAt: expiresInSeconds === undefined ? Infinity : now() + (expiresInSeconds + keptSeconds) * 1000 })
      return nothing()
    },
    find: id => Promise.resolve(findLive(id)?.payload),
    findByUserCode: nothing,
    findByUid: nothing,
    consume (id) {
      const entry = findLive(id)
      if (entry !== undefined) store(id, { ...entry, payload: { ...entry.payload, consumed: Math.floor(now() / 1000) } })
      return nothing()
    },
    destroy (id) {
      entries.delete(id)
      return nothing()
    },
    revokeByGrantId (grantId) {
      for (const id of [...idsOfGrant.get(grantId) ?? []]) entries.delete(id)
      return nothing()
    }
  }
}
