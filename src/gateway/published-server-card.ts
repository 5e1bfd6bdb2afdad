// Prepares the server card that a configuration asks for, with its entity tag, for the tools in use. A reload of the tools replaces
// both at once.

import { hash } from 'node:crypto'
import type { GatewayConfig } from '../config/schema.ts'
import type { Addresses } from '../http/addresses.ts'
import { serverCard } from '../http/pages/server-card.ts'
import type { PublishedCard } from '../http/routes/server-card-route.ts'
import type { ServerIdentity } from '../mcp/prepared-results.ts'
import type { RegistryGenerations } from '../mcp/registry-generations.ts'

export interface PublishedServerCardOptions {
  readonly config: Pick<GatewayConfig, 'resource' | 'serverCard' | 'pages'>
  readonly registries: RegistryGenerations
  readonly addresses: Addresses
  readonly server: ServerIdentity
}

/** Gives the current card; `undefined` where configuration does not publish one. */
export function publishedServerCard (options: PublishedServerCardOptions): (() => PublishedCard) | undefined {
  const { config: { resource, pages, serverCard: { mode, name, description } }, registries, addresses, server } = options
  if (mode === 'off') return undefined
  const title = resource.name ?? server.title ?? server.name
  const card = registries.derive((registry): PublishedCard => {
    const json = serverCard({ addresses, registry, server, title, docs: pages.docs, name, description })
    return { json, etag: `"${hash('sha256', json, 'base64url').slice(0, 22)}"` }
  })
  return () => card.current
}
