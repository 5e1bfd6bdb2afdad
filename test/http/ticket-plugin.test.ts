// The example tickets in an application of another: docs/examples/ticket-plugin.ts against an authorization server that knows one token.

import t from 'tap'
import { createTicketApplication } from '../../docs/examples/ticket-plugin.ts'
import { covers } from '../support/covers.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

t.test('tickets — the example tools serve in the plugin, and their storage closes with the application', async t => {
  covers('documents.examples-run')
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const metadata = { issuer: server.origin, introspection_endpoint: `${server.origin}/introspect` }
  server.on('/.well-known/oauth-authorization-server', answersJson(metadata))
  server.on('/introspect', answersJson({
    active: true, sub: '1004', aud: 'http://localhost:3000/mcp', scope: 'mcp:tickets:read', exp: 4_102_444_800
  }))
  const app = await createTicketApplication({ issuer: server.origin, clientSecret: 'introspection-secret' })
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/mcp',
    headers: {
      accept: 'application/json, text/event-stream',
      authorization: 'Bearer good',
      host: 'localhost:3000',
      'mcp-protocol-version': '2025-11-25'
    },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } }
  })
  t.equal(statusCode, 200, body)
  t.match(body, /available_seats/)
  await app.close()
})
