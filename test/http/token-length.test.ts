// The longest access token: a limit with headers that let it through, and a refusal that says which of two things is wrong.

import t from 'tap'
import { configureGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

t.test('tokens — as long as configuration says, over a real connection, and no longer', async t => {
  covers('limits.token-characters')
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: RESOURCE, exp: 4_102_444_800, scope: 'mcp:tickets:read' }))
  const authorizationServer = { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'rs', clientSecret: 'a secret of the tests' } }
  for (const [most, limits] of [[16_384, {}], [40_000, { tokenCharacters: 40_000 }], [1024, { tokenCharacters: 1024 }]] as const) {
    const { app } = await configureGateway(t, { authorizationServer, limits: { maxEventLoopDelayMs: 0, ...limits } })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const ping = async (token: string) => {
      const response = await fetch(`${address}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}`, 'x-other': 'y'.repeat(4000) },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
      })
      return [response.status, ((await response.json()) as { error_description?: string }).error_description]
    }
    t.strictSame(await ping('a'.repeat(most)), [200, undefined])
    t.strictSame(await ping('a'.repeat(most + 1)), [400, 'The access token is longer than this resource server accepts'])
    t.strictSame(await ping('a<b'), [400, 'The access token holds characters that no access token has'])
  }
})
