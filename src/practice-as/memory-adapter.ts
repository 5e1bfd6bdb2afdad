// Where does the practice server keep clients, codes, grants and tokens? In maps that forget: each entry at its expiry,
// the least recently used one when a map is full. Every kind has its own map, so that no flood of registrations pushes
// out a token. Nothing survives a restart. Login sessions are not kept at all: everyone is asked every time.

import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

const MAX_ENTRIES_PER_KIND = 20_000

interface Entry {
  readonly payload: AdapterPayload
  /** Milliseconds since 1970; infinite for what does not expire. */
  readonly expiresAt: number
}

/**
 * The same kind gets the same map every time.
 * @param now milliseconds since 1970
 * @param maxEntries of each kind (clients, access tokens, …), at least 1
 */
export function createMemoryAdapter (now: () => number, maxEntries = MAX_ENTRIES_PER_KIND): AdapterFactory {
  const kinds = new Map<string, Adapter>([['Session', forgetfulAdapter]])
  return kind => {
    const adapter = kinds.get(kind) ?? createMap(now, maxEntries)
    kinds.set(kind, adapter)
    return adapter
  }
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined)

const forgetfulAdapter: Adapter = {
  upsert: nothing,
  find: nothing,
  findByUserCode: nothing,
  findByUid: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing
}

function createMap (now: () => number, maxEntries: number): Adapter {
  const entries = new Map<string, Entry>()
  const idsOfGrant = new Map<string, Set<string>>()

  function forget (id: string): void {
    const grantId = entries.get(id)?.payload.grantId
    entries.delete(id)
    if (grantId === undefined) return
    const ids = idsOfGrant.get(grantId)
    ids?.delete(id)
    if (ids?.size === 0) idsOfGrant.delete(grantId)
  }

  function recall (id: string): Entry | undefined {
    const entry = entries.get(id)
    if (entry === undefined) return undefined
    if (entry.expiresAt <= now()) {
      forget(id)
      return undefined
    }
    // A map iterates in order of insertion: the first one is the one that nobody has asked for longest.
    entries.delete(id)
    entries.set(id, entry)
    return entry
  }

  function makeRoom (): void {
    if (entries.size < maxEntries) return
    for (const [id, entry] of entries) if (entry.expiresAt <= now()) forget(id)
    for (const id of entries.keys()) {
      if (entries.size < maxEntries) return
      forget(id)
    }
  }

  function keep (id: string, entry: Entry): void {
    entries.set(id, entry)
    const { grantId } = entry.payload
    if (grantId === undefined) return
    const ids = idsOfGrant.get(grantId) ?? new Set()
    idsOfGrant.set(grantId, ids.add(id))
  }

  return {
    upsert (id, payload, expiresInSeconds) {
      forget(id)
      makeRoom()
      keep(id, { payload, expiresAt: expiresInSeconds === undefined ? Infinity : now() + expiresInSeconds * 1000 })
      return nothing()
    },
    find: id => Promise.resolve(recall(id)?.payload),
    findByUserCode: nothing,
    findByUid: nothing,
    consume (id) {
      const entry = recall(id)
      if (entry !== undefined) entries.set(id, { ...entry, payload: { ...entry.payload, consumed: Math.floor(now() / 1000) } })
      return nothing()
    },
    destroy (id) {
      forget(id)
      return nothing()
    },
    revokeByGrantId (grantId) {
      for (const id of idsOfGrant.get(grantId) ?? []) forget(id)
      return nothing()
    }
  }
}
