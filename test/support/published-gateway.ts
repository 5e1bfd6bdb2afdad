// The documents of a gateway without the gateway: metadata, details types and tools that a test can change, break, or let wait.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'

export interface PublishedGateway {
  readonly resource: string
  readonly origin: string
  /** By path; read at each request. A function answers itself. */
  readonly documents: Record<string, JsonObject | ((response: ServerResponse) => void)>
  /** Publishes these scopes and types. */
  readonly publish: (scopes: readonly string[], types: JsonObject, more?: JsonObject) => void
  readonly stop: () => Promise<void>
}

/** @param port 0 for a free one */
export async function startPublishedGateway (t: Test, { port = 0, path = '/mcp' } = {}): Promise<PublishedGateway> {
  const documents: PublishedGateway['documents'] = {}
  const server = createServer((request, response) => {
    const document = documents[request.url ?? '']
    if (typeof document === 'function') return document(response)
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const resource = origin + path
  async function stop (): Promise<void> {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  t.teardown(stop)
  return {
    resource,
    origin,
    documents,
    publish (scopes, types, more = {}) {
      documents[`/.well-known/oauth-protected-resource${path}`] = {
        resource,
        scopes_supported: scopes,
        authorization_details_types_supported: Object.keys(types),
        authorization_details_types_metadata_endpoint: `${origin}/types`,
        ...more
      }
      documents['/types'] = types
    },
    stop
  }
}

/** A details type of one limit, in two languages. */
export function publishedType (type: string, title: string, more: JsonObject = {}): JsonObject {
  const schema = {
    title,
    type: 'object',
    properties: {
      type: { const: type },
      actions: { title: 'Actions', type: 'array', items: { enum: ['read', 'write'] }, minItems: 1 },
      folders: { title: 'Folders', description: 'Only below these.', type: 'array', items: { type: 'string', pattern: '^/' } },
      maxAmount: { title: 'Highest amount', type: 'integer', minimum: 0, maximum: 1_000_000 },
      currency: { title: 'Currency', type: 'string', pattern: '^[A-Z]{3}$', default: 'EUR' },
      budgetId: { title: 'Budget', type: 'string' },
      validUntil: { title: 'Valid until', type: 'string', format: 'date-time' }
    },
    required: ['type', 'actions'],
    additionalProperties: false
  }
  return { description: title, schema, 'schema#ja': { ...schema, title: `${title}(日本語)` }, ...more }
}
