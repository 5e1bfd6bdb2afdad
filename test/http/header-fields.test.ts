// Header fields that a proxy and the gateway could read differently: sent twice, or so many that Node.js drops some.

import Fastify from 'fastify'
import t from 'tap'
import { mcpResourceGateway } from '../../src/index.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { buildGateway, CLIENT_SECRET, ISSUER, message, RESOURCE, type Gateway } from '../support/gateway.ts'
import { portOf, rawRequest, type RawAnswer } from '../support/raw-request.ts'

const LIST = JSON.stringify(message('tools/call', { name: 'list_tickets', arguments: {} }).body)
const HOST = 'Host: localhost:3443'
const TOKEN = 'Authorization: Bearer token-full'
const TYPE = 'Content-Type: application/json'

const postTo = ({ app }: Gateway, ...lines: string[]): Promise<RawAnswer> => rawRequest(app, ['POST /mcp HTTP/1.1', ...lines], LIST)

t.test('header fields — one that may be sent once is refused twice, on every route', async t => {
  covers('http.header-fields-unambiguous')
  const gateway = await buildGateway(t, { config: { cors: { allowedOrigins: ['http://localhost:6274'] } } })
  const each = collected(t)
  const ORIGIN = 'Origin: http://localhost:6274'
  each.equal((await postTo(gateway, HOST, TYPE, TOKEN, ORIGIN)).status, 200, 'each of them once')
  for (const twice of [
    [HOST, HOST], [HOST, 'host: evil.example'], [ORIGIN, 'Origin: http://localhost:6274'], [TYPE, 'content-type: text/plain'], [TYPE, TYPE],
    ['Mcp-Method: tools/call', 'Mcp-Method: tools/list'], ['mcp-name: list_tickets', 'MCP-Name: list_tickets'],
    ['MCP-Protocol-Version: 2025-11-25', 'MCP-Protocol-Version: 2025-06-18'], ['Mcp-Param-X: 1', 'mcp-param-x: 2'],
    ['Mcp-Session-Id: 1', 'Mcp-Session-Id: 2']
  ]) {
    const answer = await postTo(gateway,
      ...[HOST, TYPE, TOKEN].filter(line => !twice.some(other => other.toLowerCase().startsWith(line.slice(0, 5).toLowerCase()))), ...twice)
    each.equal(answer.status, 400, twice.join(' + '))
    each.match(JSON.parse(answer.body), { error: { code: -32600 } })
  }
  for (const path of ['/health', '/docs/mcp', '/.well-known/oauth-protected-resource/mcp', '/nothing']) {
    each.equal((await rawRequest(gateway.app, [`GET ${path} HTTP/1.1`, HOST, 'Host: other.example'])).status, 400, path)
  }
  each.equal(gateway.asked.filter(token => token === 'token-full').length, 1,
    'no token of a refused request is shown to the authorization server')
  each.end()
})

t.test('header fields — what stands behind a thousand others is not dropped unseen', async t => {
  covers('http.header-fields-unambiguous', 'http.one-authorization-header')
  const gateway = await buildGateway(t)
  const each = collected(t)
  for (const hidden of [TOKEN, 'Origin: https://attacker.example', 'DPoP: x', 'Client-Cert: :AA==:', 'x: y']) {
    for (const count of [250, 1100, 2100, 3000]) {
      const answer = await postTo(gateway, HOST, TYPE, TOKEN, ...Array.from({ length: count }, () => 'a:'), hidden)
      const wanted = count > 256 ? 431 : hidden === TOKEN ? 400 : hidden.startsWith('Origin') ? 403 : 200
      each.equal(answer.status, wanted, `${count} fields and ${hidden}`)
    }
  }
  each.end()
  t.equal(gateway.app.server.maxHeadersCount, 0, 'Node drops none either')
})

t.test('header fields — a host of the plugin lets Node drop fields: its requests are refused before that', async t => {
  covers('http.header-fields-unambiguous')
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET } }
    },
    tools: [],
    server: { name: 'host', version: '1.0.0' }
  })
  app.get('/own', { onRequest: app.mcpGateway.authenticate({ scopes: [] }) }, async () => 'own')
  app.get('/open', async () => 'open')
  await portOf(app)
  const statusWith = async (path: string, count: number) => (await rawRequest(app, [`GET ${path} HTTP/1.1`, HOST, ...Array.from({ length: count }, () => 'a:')])).status
  t.strictSame([await statusWith('/mcp', 10), await statusWith('/mcp', 300), await statusWith('/own', 10), await statusWith('/own', 300),
    await statusWith('/open', 300)], [405, 431, 401, 431, 200])
  app.server.maxHeadersCount = 50
  t.strictSame([await statusWith('/mcp', 10), await statusWith('/mcp', 50), await statusWith('/own', 50)], [405, 431, 431])
  t.equal((await rawRequest(app, ['GET /own HTTP/1.1', HOST, 'Host: other.example'])).status, 400)
})

t.test('header fields — trailers, folded lines and two lengths of a body name nobody', async t => {
  covers('http.header-fields-unambiguous', 'http.one-authorization-header')
  const gateway = await buildGateway(t)
  const chunked = (...trailers: string[]) => rawRequest(gateway.app, [
    'POST /mcp HTTP/1.1', HOST, TYPE, 'Transfer-Encoding: chunked', ...trailers.length > 0 ? ['Trailer: Authorization'] : [], '',
    LIST.length.toString(16), LIST, '0', ...trailers
  ])
  t.equal((await chunked(TOKEN)).status, 401, 'a token in a trailer is none')
  for (const lines of [
    [HOST, TYPE, 'Authorization: Bearer', '  token-full'],
    [HOST, TYPE, TOKEN, 'X: a', '\tb'],
    [HOST, TYPE, TOKEN, 'Transfer-Encoding: chunked'],
    [HOST, TYPE, TOKEN, 'Content-Length: 1'],
    [HOST, TYPE, TOKEN, 'Transfer-Encoding : chunked'],
    [TYPE, TOKEN]
  ]) t.equal((await postTo(gateway, ...lines)).status, 400, lines.join(' + '))
  t.equal((await rawRequest(gateway.app,
    ['POST /mcp HTTP/1.1', HOST, TYPE, TOKEN, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', '', '0', ''])).status, 400)
  t.notOk(gateway.asked.includes('token-full'))
})
