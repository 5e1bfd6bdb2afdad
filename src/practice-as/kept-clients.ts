// Keeps registered clients in a file, so that a client that remembers its client_id goes on after a restart of the practice server.
// Clients with a secret are not kept: the file holds nothing that is secret. Tokens and grants are not kept either.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import { isJsonObject } from '../kernel/json.ts'

const MAX_CLIENTS = 1_000
const NEVER_EXPIRES = Infinity

/**
 * @param file made when the first client registers
 * @returns the storage, with the clients of the file in it
 * @throws Error with the path when the file is there and cannot be read as one of ours
 */
export function keepClients (storage: AdapterFactory, file: string): AdapterFactory {
  const table = storage('Client')
  const kept = new Map<string, AdapterPayload>(readClients(file))
  for (const [id, payload] of kept) table.upsert(id, payload, NEVER_EXPIRES).catch(() => {})

  function write (): void {
    mkdirSync(dirname(file), { recursive: true })
    const neighbour = `${file}.new`
    writeFileSync(neighbour, JSON.stringify(Object.fromEntries(kept), null, 1), { mode: 0o600 })
    renameSync(neighbour, file)
  }

  const watched: Adapter = {
    ...table,
    async upsert (id, payload, expiresIn) {
      await table.upsert(id, payload, expiresIn)
      if (payload['client_secret'] !== undefined) return
      kept.delete(id)
      kept.set(id, payload)
      const [oldest] = kept.keys()
      if (kept.size > MAX_CLIENTS && oldest !== undefined) kept.delete(oldest)
      write()
    },
    async destroy (id) {
      await table.destroy(id)
      if (kept.delete(id)) write()
    }
  }
  return kind => kind === 'Client' ? watched : storage(kind)
}

function readClients (file: string): readonly (readonly [string, AdapterPayload])[] {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return []
    throw new Error(`cannot read the registered clients in ${file}`, { cause: problem })
  }
  let clients: unknown
  try {
    clients = JSON.parse(text)
  } catch { /* As one of another shape. */ }
  if (!isJsonObject(clients)) throw new Error(`${file} does not hold registered clients; delete it, and clients register again`)
  return Object.entries(clients)
    .flatMap(([id, client]) => isJsonObject(client) ? [[id, { ...client }] as [string, AdapterPayload]] : [])
    .slice(-MAX_CLIENTS)
}
