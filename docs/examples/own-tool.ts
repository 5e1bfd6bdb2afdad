// A shop that has a Fastify application already, and puts one tool of its own behind the gateway: the routes, the error
// handler and the CORS of the shop stay what they are.

import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { defineTool, mcpResourceGateway, type GatewayOptions, type Person, type Tool } from 'mcp-resource-gateway'

export interface Orders {
  readonly of: (person: Person) => Promise<ReadonlyArray<{ readonly id: string, readonly status: string }>>
}

/** Whose orders are listed is decided by the permit alone; no argument can name anybody else. */
export function listOrders (orders: Orders): Tool {
  return defineTool({
    name: 'list_orders',
    title: 'My orders',
    description: 'Lists your orders.',
    annotations: { readOnlyHint: true },
    input: z.strictObject({
      status: z.enum(['open', 'sent']).optional().describe('Only orders in this state')
    }),
    output: z.strictObject({
      orders: z.array(z.strictObject({ id: z.string(), status: z.string() }))
    }),
    access: { scopes: ['orders:read'] },
    async run ({ person }, { status }) {
      const found = (await orders.of(person)).filter(order => status === undefined || order.status === status)
      return { kind: 'completed', text: `${found.length} order(s)`, structured: { orders: found } }
    }
  })
}

/** @param testing what a test hands to the gateway instead of the clock and the network */
export async function createShop (orders: Orders, testing: Pick<GatewayOptions, 'clock' | 'dispatcher'> = {}): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(cors, { origin: 'https://shop.example' })
  app.setErrorHandler((_error, _request, reply) => reply.code(500).send({ shop: 'is sorry' }))
  app.get('/', () => ({ shop: 'is open' }))
  app.post('/echo', request => ({ received: request.body }))
  app.get('/broken', () => { throw new Error('out of stock') })

  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: 'https://shop.example/mcp' },
      authorizationServer: {
        issuer: 'https://as.example',
        introspection: { clientId: 'shop', clientSecret: 'from-your-secret-store' }
      },
      cors: { allowedOrigins: ['https://assistant.example'] }
    },
    tools: [listOrders(orders)],
    server: { name: 'shop', title: 'The shop', version: '1.0.0' },
    ...testing
  })
  return app
}
