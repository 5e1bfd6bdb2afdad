// Which grants has a person given? The library finds a grant by its id alone, so the table of grants is watched for their owners.

import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

export interface GrantIndex {
  /** The same storage, watched. */
  readonly adapter: AdapterFactory
  /** Those that have not ended, oldest first. */
  readonly grantsOf: (accountId: string) => Promise<readonly StoredGrant[]>
}

export interface StoredGrant {
  readonly id: string
  readonly payload: AdapterPayload
}

export function createGrantIndex (storage: AdapterFactory): GrantIndex {
  const idsOf = new Map<string, Set<string>>()
  const table = storage('Grant')

  const watched: Adapter = {
    ...table,
    upsert (id, payload, expiresInSeconds) {
      const { accountId } = payload
      if (accountId !== undefined) idsOf.set(accountId, (idsOf.get(accountId) ?? new Set()).add(id))
      return table.upsert(id, payload, expiresInSeconds)
    }
  }

  return {
    adapter: kind => kind === 'Grant' ? watched : storage(kind),
    async grantsOf (accountId) {
      const found: StoredGrant[] = []
      for (const id of [...idsOf.get(accountId) ?? []]) {
        const payload = await table.find(id)
        if (payload) found.push({ id, payload })
        else idsOf.get(accountId)?.delete(id)
      }
      if (found.length === 0) idsOf.delete(accountId)
      return found
    }
  }
}
