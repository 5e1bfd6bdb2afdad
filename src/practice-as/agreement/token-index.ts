// Which access token is meant by a short hash of it? The library finds a token by its text alone, so the table of access tokens is watched.

import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

export interface TokenIndex {
  /** The same storage, watched. */
  readonly adapter: AdapterFactory
  /** The one with this hash, if it has not ended. */
  readonly find: (shortHash: string) => Promise<StoredToken | undefined>
}

export interface StoredToken {
  /** Of a reference token: the token itself. */
  readonly id: string
  readonly payload: AdapterPayload
}

const MAX_TOKENS = 20_000

/** As the gateway shortens it: the first ten characters of SHA-256 in base64url. */
function shortHashOf (token: string): string {
  return hash('sha256', token, 'base64url').slice(0, 10)
}

export function createTokenIndex (storage: AdapterFactory): TokenIndex {
  const ids = new LRUCache<string, string>({ max: MAX_TOKENS })
  const table = storage('AccessToken')
  const watched: Adapter = {
    ...table,
    upsert (id, payload, expiresInSeconds) {
      ids.set(shortHashOf(id), id)
      return table.upsert(id, payload, expiresInSeconds)
    }
  }
  return {
    adapter: kind => kind === 'AccessToken' ? watched : storage(kind),
    async find (shortHash) {
      const id = ids.get(shortHash)
      const payload = id === undefined ? undefined : await table.find(id)
      return id === undefined || !payload ? undefined : { id, payload }
    }
  }
}
