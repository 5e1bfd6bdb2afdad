// A host application with the gateway, and an authorization server for it.

import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { MockAgent } from 'undici'
import { listOrders } from '../../docs/examples/own-tool.ts'
import { parseConfig, type GatewayOptions } from '../../src/index.ts'
import { answerOf, CLIENT_SECRET, message, type CallAnswer } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'

export const ISSUER = 'https://as.example'
export const RESOURCE = 'https://shop.example/mcp'
export const PAGE = 'https://assistant.example'

/** An authorization server that calls every token good whose name begins with `good`. */
export function authorizationServer (t: Test, scope: string, aud: string | string[] = RESOURCE): MockAgent {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const json = { headers: { 'content-type': 'application/json' } }
  const server = agent.get(ISSUER)
  server.intercept({ path: '/.well-known/oauth-authorization-server' }).reply(200, { issuer: ISSUER, introspection_endpoint: `${ISSUER}/introspect` }, json).persist()
  server.intercept({ path: '/introspect', method: 'POST' }).reply(200, ({ body }) => {
    const token = new URLSearchParams(typeof body === 'string' ? body : '').get('token') ?? ''
    return token.startsWith('good')
      ? { active: true, sub: token, aud, scope, client_id: 'assistant', exp: MANUAL_CLOCK_START_SECONDS + 600 }
      : { active: false }
  }, json).persist()
  t.teardown(() => agent.close())
  return agent
}

export async function callTool (
  app: FastifyInstance, tool: string, args: object = {}, token = 'good', headers: Record<string, string> = {}, url = '/mcp'
): Promise<CallAnswer> {
  const built = message('tools/call', { name: tool, arguments: args })
  return answerOf(await app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', ...headers }, payload: built.body }))
}

export const config = (identifier = RESOURCE) => parseConfig({
  resource: { identifier },
  authorizationServer: { issuer: ISSUER, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } }
})

export const ORDERS = { of: async ({ subject }: { subject: string }) => [{ id: `1-of-${subject}`, status: 'open' }, { id: `2-of-${subject}`, status: 'sent' }] }
const SERVER = { name: 'shop', version: '1' }

export function optionsFor (t: Test, changes: Partial<GatewayOptions> = {}): GatewayOptions {
  return { config: config(), tools: [listOrders(ORDERS)], server: SERVER, clock: createManualClock(), dispatcher: authorizationServer(t, 'orders:read', [RESOURCE, 'https://shop.example/second']), ...changes }
}

export function bareHost (t: Test): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  return app
}
