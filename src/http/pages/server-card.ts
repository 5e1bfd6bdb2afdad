// The server card: name, address and protocol revisions of this server, for catalogues and for clients that have not connected yet.
// The draft has no member for tools; what `tools/list` says to everyone is in `_meta`, and nothing where tools depend on the token.

import { SUPPORTED_VERSIONS } from '../../mcp/protocol.ts'
import type { Registry } from '../../mcp/registry.ts'
import type { Addresses } from '../addresses.ts'

export interface ServerCardOptions {
  readonly addresses: Addresses
  readonly registry: Registry
  /** How the server names itself to clients. */
  readonly server: { readonly name: string, readonly version: string }
  /** For people: the name of the resource, or the title of the server. */
  readonly title: string
  /** Whether the page about the tools is served. */
  readonly docs: boolean
  /** `namespace/name`; absent: derived from the host of the resource and the name of the server. */
  readonly name: string | undefined
  /** At most 100 characters; absent: a sentence with the title. */
  readonly description: string | undefined
}

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json'
/** Of the title and of the description. */
const MAX_TEXT = 100
const MAX_NAME = 200

/** @see https://github.com/modelcontextprotocol/experimental-ext-server-card (draft of SEP-2127, 2026-08-21) */
export function serverCard ({ addresses, registry, server, title, docs, name, description }: ServerCardOptions): string {
  const tools = registry.published.descriptions.map(tool => ({ name: tool.name, title: tool.title }))
  return JSON.stringify({
    $schema: SCHEMA,
    name: name ?? derivedName(addresses, server.name),
    version: server.version,
    title: cut(title),
    description: description ?? cut(`MCP tools behind OAuth: ${title}`),
    ...(docs ? { websiteUrl: addresses.docsUrl } : {}),
    remotes: [{ type: 'streamable-http', url: addresses.endpointUrl, supportedProtocolVersions: SUPPORTED_VERSIONS }],
    ...(tools.length === 0 ? {} : { _meta: { 'mcp-resource-gateway/tools': tools } })
  })
}

/** `com.example.mcp/shop` for `https://mcp.example.com`. A host that is an address is not reversed. */
function derivedName ({ origin }: Addresses, serverName: string): string {
  const { hostname } = new URL(origin)
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
  const namespace = isAddress ? hostname.replaceAll(':', '-').replace(/^\[|\]$/g, '') : hostname.split('.').reverse().join('.')
  return `${namespace}/${serverName.replace(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, MAX_NAME)
}

/** Whole characters, never half of one. */
function cut (text: string): string {
  return [...text].slice(0, MAX_TEXT).join('')
}
