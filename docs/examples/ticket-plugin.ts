// The example tickets in an application: the plugin with tools that need nothing of yours.

import { fastify, type FastifyInstance } from 'fastify'
import { mcpResourceGateway } from 'mcp-resource-gateway'
import { openTickets } from 'mcp-resource-gateway/tickets'

export interface TicketPluginOptions {
  readonly issuer: string
  readonly clientSecret: string
}

export async function createTicketApplication ({ issuer, clientSecret }: TicketPluginOptions): Promise<FastifyInstance> {
  const app = fastify()
  // #region tickets
  const resource = 'http://localhost:3000/mcp'
  const { close, ...tickets } = await openTickets({ resource, storage: { url: 'sqlite::memory:' } })
  app.addHook('onClose', close)
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: resource },
      authorizationServer: { issuer, introspection: { clientId: 'shop', clientSecret } }
    },
    ...tickets,
    server: { name: 'tickets', version: '1.0.0' }
  })
  // #endregion
  return app
}
