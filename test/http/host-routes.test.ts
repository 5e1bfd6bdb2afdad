// Routes of the host that are protected by the gateway's checks, and a host's own guard that leaves the gateway's routes alone.

import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { ConfigurationError, GatewayError, mcpResourceGateway, type PluginConfig, type ProtectedRoute } from '../../src/index.ts'
import {
  createTestAuthorizationServer, createTestClient, createTestClock, type TestAuthorizationServer
} from '../../src/testing/testing.ts'
import { covers } from '../support/covers.ts'
import { CLIENT_SECRET } from '../support/gateway.ts'

const RESOURCE = 'https://shop.example/mcp'
const METADATA = 'https://shop.example/.well-known/oauth-protected-resource/mcp'

interface Host { readonly app: FastifyInstance, readonly server: TestAuthorizationServer, readonly lines: () => string }

async function openHost (
  t: Test, { config = {}, prepare }: { config?: Partial<PluginConfig>, prepare?: (app: FastifyInstance) => void } = {}
): Promise<Host> {
  const lines: string[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(line) } } } })
  prepare?.(app)
  const clock = createTestClock()
  const server = createTestAuthorizationServer({ resource: RESOURCE, clock })
  t.teardown(async () => {
    await app.close()
    await server.close()
  })
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: server.issuer, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } },
      ...config
    },
    tools: [],
    server: { name: 'shop', version: '1' },
    clock,
    dispatcher: server.dispatcher
  })
  return { app, server, lines: () => lines.join('') }
}

function get (app: FastifyInstance, url: string, token?: string) {
  return app.inject({ url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
}

t.test('host route — a token with the scopes comes through, and the route knows whose it is', async t => {
  const { app, server } = await openHost(t)
  app.get('/invoices', { onRequest: app.mcpGateway.authenticate({ scopes: ['invoices:read'] }) }, ({ mcpGrant }) => mcpGrant)
  const token = server.issue({ subject: '7', scopes: ['invoices:read', 'profile'], authorizationDetails: [{ type: 'x' }] })
  const answer = await get(app, '/invoices', token)
  t.equal(answer.statusCode, 200)
  t.strictSame(answer.json(), {
    person: { issuer: server.issuer, subject: '7' },
    clientId: 'test-client',
    scopes: ['invoices:read',
      'profile'],
    authorizationDetails: [{ type: 'x' }]
  })
  t.equal((await get(app, '/invoices', token)).statusCode, 200)
  t.equal(server.introspections(), 1, 'the cache of the gateway serves both')
})

t.test('host route — what is refused gets the challenge of the gateway, with the scopes of the route', async t => {
  const { app, server, lines } = await openHost(t)
  let runs = 0
  app.get('/invoices', { onRequest: app.mcpGateway.authenticate({ scopes: ['invoices:read'] }) }, () => { runs += 1 })
  const none = await get(app, '/invoices')
  t.match([none.statusCode, none.headers['www-authenticate']], [401, `Bearer realm="https://shop.example", error="invalid_request", error_description="Access token is required", resource_metadata="${METADATA}", scope="invoices:read"`])
  const bad = await get(app, '/invoices', 'unknown-token')
  t.match([bad.statusCode, bad.headers['www-authenticate']], [401, /error="invalid_token".*scope="invoices:read"/])
  t.match(bad.json(), { error: 'invalid_token', error_description: String })
  const poor = await get(app, '/invoices', server.issue({ scopes: ['profile'] }))
  t.match([poor.statusCode, poor.headers['www-authenticate']], [403, /error="insufficient_scope".*scope="invoices:read"/])
  t.match(poor.json(), { error: 'insufficient_scope', scope: 'invoices:read', error_description: String })
  const foreign = await get(app, '/invoices', server.issue({ audience: 'https://other.example/mcp', scopes: ['invoices:read'] }))
  t.match([foreign.statusCode, foreign.json<{ error: string }>().error], [401, 'invalid_token'])
  t.equal((await app.inject(`/invoices?access_token=${server.issue()}`)).statusCode, 400)
  server.setAvailable(false)
  const outage = await get(app, '/invoices', server.issue({ scopes: ['invoices:read'] }))
  t.match([outage.statusCode, outage.headers['retry-after'], outage.headers['www-authenticate']], [503, String, undefined])
  t.equal(runs, 0)
  t.match(lines(), '"reason":"insufficient-scope"')
  const decisions = lines().split('\n').filter(line => line.includes('"decision"'))
  t.strictSame(decisions.filter(line => line.includes('test-token')), [], 'a decision names no token')
})

t.test('host route — scopes imply others, fresh asks at every request, and a login can be demanded', async t => {
  const { app, server } = await openHost(t, { config: { policy: { scopeImplications: { admin: ['invoices:read'] } } } })
  app.get('/cached', { onRequest: app.mcpGateway.authenticate({ scopes: ['invoices:read'] }) }, () => 'ok')
  app.get('/fresh', { onRequest: app.mcpGateway.authenticate({ scopes: [], freshness: 'fresh' }) }, () => 'ok')
  app.get('/strong', { onRequest: app.mcpGateway.authenticate({ scopes: [], authentication: { acrValues: ['gold'] } }) }, () => 'ok')
  const token = server.issue({ scopes: ['admin'] })
  t.equal((await get(app, '/cached', token)).statusCode, 200)
  server.revoke(token)
  t.equal((await get(app, '/cached', token)).statusCode, 200, 'from the cache')
  t.match((await get(app, '/fresh', token)).json(), { error: 'invalid_token' })
  const weak = await get(app, '/strong', server.issue())
  t.match([weak.statusCode, weak.headers['www-authenticate']], [401, /error="insufficient_user_authentication".*acr_values="gold"/])
})

t.test('host route — a wrong declaration is refused, and an unprotected route has no grant', async t => {
  const { app } = await openHost(t)
  const message = (route: unknown): string => {
    try {
      app.mcpGateway.authenticate(route as ProtectedRoute)
      return ''
    } catch (error) {
      return error instanceof ConfigurationError ? error.detail : String(error)
    }
  }
  t.strictSame([undefined, {}, { scopes: 'a' }, { scopes: ['a b'] }, { scopes: [], resource: 'https://other.example/mcp' }].map(message), [
    'mcpGateway.authenticate: scopes: missing; expected a list of scopes',
    'mcpGateway.authenticate: scopes: missing; expected a list of scopes',
    'mcpGateway.authenticate: scopes: expected a list of scopes',
    'mcpGateway.authenticate: scopes: expected a list of scopes',
    'mcpGateway.authenticate: resource: expected the resource identifier of a gateway that is registered here'
  ])
  app.get('/open', request => {
    try {
      return request.mcpGrant
    } catch (error) {
      return { refused: error instanceof GatewayError && error.code }
    }
  })
  t.strictSame((await app.inject('/open')).json(), { refused: 'GW_INTERNAL' })
})

t.test('host route — with two gateways each route says whose tokens it accepts', async t => {
  const { app, server } = await openHost(t)
  const second = 'https://shop.example/second'
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: second },
      authorizationServer: { issuer: server.issuer, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } }
    },
    tools: [],
    server: { name: 'second', version: '1' },
    clock: createTestClock(),
    dispatcher: server.dispatcher
  })
  t.throws(() => app.mcpGateway.authenticate({ scopes: [] }), { code: 'GW_CONFIG_INVALID' })
  app.get('/first', { onRequest: app.mcpGateway.authenticate({ scopes: [], resource: RESOURCE }) }, () => 'ok')
  app.get('/second-route', { onRequest: app.mcpGateway.authenticate({ scopes: [], resource: second }) }, () => 'ok')
  const [one, two] = [server.issue(), server.issue({ audience: second })]
  const statuses =
    await Promise.all([get(app, '/first', one), get(app, '/first', two), get(app, '/second-route', one), get(app, '/second-route', two)])
  t.strictSame(statuses.map(({ statusCode }) => statusCode), [200, 401, 401, 200])
  t.match((await get(app, '/second-route')).headers['www-authenticate'], 'oauth-protected-resource/second"')
})

t.test('guard of the host — one that looks at config.mcpResourceGateway leaves the challenge and the metadata alone', async t => {
  const guard = (app: FastifyInstance): void => {
    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config.mcpResourceGateway === true || request.headers['x-api-key'] === 'k') return
      return reply.code(401).send({ error: 'host says no' })
    })
  }
  const { app } = await openHost(t, { prepare: guard })
  app.get('/own', () => 'ok')
  t.match((await app.inject('/own')).json(), { error: 'host says no' })
  const answer = await createTestClient(app).listTools()
  t.match([answer.status, answer.challenge], [401, { resource_metadata: METADATA }])
  for (const url of ['/.well-known/oauth-protected-resource/mcp', '/docs/mcp', '/mcp/tools']) {
    t.equal((await app.inject(url)).statusCode, 200, url)
  }
})

t.test('host route — where the server states scopes in no claim that is read, the operator gets the hint, and once', async t => {
  covers('log.missing-scope-claim')
  const { app, server, lines } = await openHost(t)
  app.get('/invoices', { onRequest: app.mcpGateway.authenticate({ scopes: ['invoices:read'] }) }, () => ({}))
  const claims = { scope: undefined, permissions: ['invoices:read'] }
  t.equal((await get(app, '/invoices', server.issue({ claims }))).statusCode, 403)
  t.equal((await get(app, '/invoices', server.issue({ claims }))).statusCode, 403)
  t.equal(lines().split('no-scope-claim').length, 2)
})
