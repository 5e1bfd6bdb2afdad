// The shortest complete use of the plugin: one tool behind one authorization server. README.md shows the region below.

import Fastify, { type FastifyInstance } from 'fastify'
import { defineTool, mcpResourceGateway } from 'mcp-resource-gateway'
import { z } from 'zod'

export interface Shop {
  readonly issuer: string
  readonly clientSecret: string
  readonly database: { readonly ordersOf: (subject: string) => Promise<string[]> }
}

export async function createShop ({ issuer, clientSecret, database }: Shop): Promise<FastifyInstance> {
  const app = Fastify()
  // #region quick-start
  const listOrders = defineTool({
    name: 'list_orders',
    title: 'My orders',
    description: 'Lists the orders of the person that the access token belongs to.',
    input: z.strictObject({}),
    output: z.strictObject({ orders: z.array(z.string()) }),
    access: { scopes: ['orders:read'] },
    async run ({ person }) {
      const orders = await database.ordersOf(person.subject)
      return { kind: 'completed', text: orders.join(', '), structured: { orders } }
    }
  })
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: 'http://localhost:3000/mcp' },
      authorizationServer: { issuer, introspection: { clientId: 'shop', clientSecret } }
    },
    tools: [listOrders],
    server: { name: 'shop', version: '1.0.0' }
  })
  // #endregion
  return app
}
