// A body that comes without a good token costs nothing: it is neither waited for nor parsed, whatever the method and the path.

import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { buildGateway } from '../support/gateway.ts'
import { portOf } from '../support/raw-request.ts'

const PATHS = [
  '/mcp', '/nothing', '/', '/health', '/ready', '/docs/mcp', '/policy/mcp', '/mcp/tools', '/.well-known/oauth-protected-resource/mcp'
]
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'SEARCH', 'PROPFIND', 'GET']

t.test('bodies — without a token the answer comes before a single byte of the body', async t => {
  covers('limits.no-body-without-token')
  const gateway = await buildGateway(t, { config: { cors: { allowedOrigins: ['http://localhost:6274'] } } })
  const port = await portOf(gateway.app)
  const each = collected(t)
  for (const path of PATHS) {
    for (const method of METHODS) {
      const socket = connect(port, '127.0.0.1')
      t.teardown(() => { socket.destroy() })
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost:3443\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n`)
      const [answer] = await once(socket, 'data') as [Buffer]
      each.match(answer.toString(), /^HTTP\/1\.1 (?:200|204|400|401|404|405|503) /, `${method} ${path}`)
      socket.destroy()
    }
  }
  each.end()
})

t.test('bodies — without a token none is parsed: what is no JSON gets the same answer', async t => {
  covers('limits.no-body-without-token')
  const gateway = await buildGateway(t, { config: { cors: { allowedOrigins: ['http://localhost:6274'] } } })
  const each = collected(t)
  for (const url of PATHS) {
    for (const method of METHODS as 'POST'[]) {
      const headers = { 'content-type': 'application/json' }
      const [whole, broken] = await Promise.all(['{}', '{'].map(payload => gateway.app.inject({ method, url, payload, headers })))
      each.equal(broken?.statusCode, whole?.statusCode, `${method} ${url}`)
      each.notMatch(broken?.body, 'FST_', `${method} ${url}`)
    }
  }
  each.end()
})
