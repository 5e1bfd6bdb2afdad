// A whole gateway for a test of tools: a Fastify instance, an authorization server in memory and a clock that stands still. Nothing
// listens, and no request leaves the process.

import Fastify, { type FastifyInstance } from 'fastify'
import type { PluginConfig } from '../config/plugin-config.ts'
import { mcpResourceGateway, type GatewayOptions } from '../gateway/plugin.ts'
import { createTestAuthorizationServer, type TestAuthorizationServer, type TestToken } from './test-authorization-server.ts'
import { createTestClient, type TestClient, type TestClientOptions } from './test-client.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

export interface TestGatewayOptions extends Pick<GatewayOptions, 'tools'> {
  /** Members of the configuration; the resource is `https://test.example/mcp` and the authorization server the one in memory. */
  readonly config?: Omit<PluginConfig, 'resource' | 'authorizationServer'>
}

export interface TestGateway {
  readonly app: FastifyInstance
  readonly clock: TestClock
  readonly authorizationServer: TestAuthorizationServer
  /** A client with a new token. */
  readonly connect: (token?: TestToken, era?: TestClientOptions['era']) => TestClient
  readonly close: () => Promise<void>
}

const RESOURCE = 'https://test.example/mcp'

/**
 * @example
 * const gateway = await createTestGateway({ tools: [pay] })
 * const client = gateway.connect({ scopes: ['payments:write'], authorizationDetails: [{ type: 'payment', maxAmount: 500 }] })
 * const { status } = await client.callTool('pay', { amount: 900 })
 * await gateway.close()
 */
export async function createTestGateway ({ tools, config = {} }: TestGatewayOptions): Promise<TestGateway> {
  const clock = createTestClock()
  const authorizationServer = createTestAuthorizationServer({ resource: RESOURCE, clock })
  const app = Fastify()
  await app.register(mcpResourceGateway, {
    config: {
      ...config,
      resource: { identifier: RESOURCE },
      authorizationServer: {
        issuer: authorizationServer.issuer,
        introspection: { clientId: 'test-gateway', clientSecret: 'the-secret-of-the-test-gateway' }
      }
    },
    tools,
    server: { name: 'test-gateway', version: '1.0.0' },
    clock,
    dispatcher: authorizationServer.dispatcher
  })
  await app.ready()
  return {
    app,
    clock,
    authorizationServer,
    connect: (token, era = 'modern') => createTestClient(app, { token: authorizationServer.issue(token), era }),
    close: async () => {
      await app.close()
      await authorizationServer.close()
    }
  }
}
