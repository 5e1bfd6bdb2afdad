// The example of README.md, run against an authorization server that knows one token.

import t from 'tap'
import { createShop } from '../../docs/examples/quick-start.ts'
import { covers } from '../support/covers.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const RESOURCE = 'http://localhost:3000/mcp'

t.test('quick start — the example of the README answers 401 without a token, 403 without the scope, and 200 with both', async t => {
  covers('documents.examples-run')
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  server.on('/.well-known/oauth-authorization-server', answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/introspect` }))
  server.on('/introspect', (request, response, socket) => {
    const token = new URLSearchParams(request.body).get('token')
    const scope = token === 'good' ? 'orders:read' : 'profile'
    answersJson({ active: true, sub: '1004', aud: RESOURCE, scope, exp: 4_102_444_800 })(request, response, socket)
  })
  const app = await createShop({
    issuer: server.origin,
    clientSecret: 'introspection-secret',
    database: { ordersOf: async subject => [`order 1 of ${subject}`] }
  })
  t.teardown(() => app.close())

  const call = async (token?: string) => {
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: '/mcp',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_orders', arguments: {} } }
    })
    return { statusCode, body: JSON.parse(body) as unknown }
  }
  t.match(await call(), { statusCode: 401 })
  t.match(await call('other'), { statusCode: 403, body: { error: { data: { scope: 'orders:read' } } } })
  t.match(await call('good'), { statusCode: 200, body: { result: { structuredContent: { orders: ['order 1 of 1004'] } } } })
})
