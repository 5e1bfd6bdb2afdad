// A gateway in memory whose upstream, a stub of the port, wants a token for each person: what is asked of the authorization server, and
// what the upstream is shown.

import { generateKeyPairSync } from 'node:crypto'
import Fastify from 'fastify'
import type { Test } from 'tap'
import type { PluginConfig } from '../../src/config/plugin-config.ts'
import { mcpResourceGateway } from '../../src/gateway/plugin.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createToolSet } from '../../src/mcp/tool-set.ts'
import type { Accounts } from '../../src/proxy/calls/call-accounts.ts'
import type { ProxyEvent } from '../../src/proxy/proxy-event.ts'
import { createUpstreamTools } from '../../src/proxy/upstream-tools.ts'
import { createTestClient, type TestClient } from '../../src/testing/test-client.ts'
import { createTestClock } from '../../src/testing/test-clock.ts'
import { startExchangeServer, type ExchangeServer } from './exchange-server.ts'
import { PAYING } from './gateway-with-upstreams.ts'
import { compiledFrom, lockOf, PAYMENT_TOOLS, PAYMENTS } from './upstream-files.ts'
import { upstreamStub } from './upstream-stub.ts'

export const EXCHANGE_RESOURCE = 'https://test.example/mcp'
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' })

export const TOKEN_EXCHANGE = {
  clientId: 'gateway', clientSecret: { env: 'EXCHANGE_SECRET' }, scopes: ['payments:all'], authorizationDetails: 'used-element'
}
export const SIGNED_EXCHANGE = { clientId: 'gateway', clientAuthentication: 'private_key_jwt', privateKeyFile: 'key.pem', scopes: [] }

/** The members of PAYMENTS in front of an exchange, and a lock for them. */
export function exchangeFiles (exchange: object, others: object = {}, revision = '2025-11-25') {
  return {
    'payments.json': { ...PAYMENTS, credentials: { tokenExchange: exchange }, ...others },
    'payments.lock.json': lockOf('payments', PAYMENT_TOOLS, revision),
    'key.pem': KEY
  }
}

export interface ExchangeGatewayOptions {
  readonly exchange?: object
  readonly others?: object
  readonly config?: Pick<PluginConfig, 'dpop' | 'mutualTls' | 'cache' | 'policy'>
  /** Authorization servers beside the first one. */
  readonly further?: readonly ExchangeServer[]
  /** For tools whose calls count. */
  readonly accounts?: Accounts
}

const introspecting = ({ issuer }: ExchangeServer) => ({
  issuer, selfTest: 'off' as const, introspection: { clientId: 'gateway', clientSecret: 'the secret at introspection' }
})

export async function startExchangeGateway (
  t: Test, { exchange = TOKEN_EXCHANGE, others = {}, config = {}, further = [], accounts }: ExchangeGatewayOptions = {}
) {
  const clock = createTestClock()
  const events: ProxyEvent[] = []
  const stub = upstreamStub(PAYMENT_TOOLS)
  const compiled = compiledFrom(exchangeFiles(exchange, others), { EXCHANGE_SECRET: 'the secret of the exchange' })
  if (!compiled.ok) throw new Error(compiled.error.map(({ path, expected }) => `${path}: ${expected}`).join('; '))
  const upstreams = createUpstreamTools(compiled.value, {
    createUpstream: stub.create, clock, observe: event => { events.push(event) }, accounts
  })
  const server = await startExchangeServer(t, { audience: EXCHANGE_RESOURCE })
  const app = Fastify()
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: EXCHANGE_RESOURCE },
      authorizationServer: introspecting(server),
      furtherAuthorizationServers: further.map(introspecting),
      limits: { requestsPerMinutePerPerson: 0 },
      ...config
    },
    tools: createToolSet([], [upstreams.source]),
    server: { name: 'test-gateway', version: '1.0.0' },
    clock
  })
  await app.ready()
  t.teardown(async () => {
    await app.close()
    await upstreams.close(0)
  })
  const issue = (claims: JsonObject = {}) => server.issue({
    scope: (PAYING.scopes ?? []).join(' '), authorization_details: PAYING.authorizationDetails as JsonObject[], ...claims
  })
  return {
    app,
    clock,
    server,
    stub,
    events,
    issue,
    client: (token: string): TestClient => createTestClient(app, { token, era: 'modern' }),
    /** What the upstream was shown with each call. */
    shown: () => stub.calls.map(({ caller }) => caller.credential?.bearer().replace(/^Bearer /, ''))
  }
}
