// What pages of other origins may do (CORS), and what can never be put into a header or a page.

import t from 'tap'
import { z } from 'zod'
import { addressesOf } from '../../src/http/addresses.ts'
import { writeChallenge } from '../../src/http/answers/challenge.ts'
import { GatewayError } from '../../src/index.ts'
import { createRegistry } from '../../src/mcp/registry.ts'
import { defineTool, type ToolAccess } from '../../src/mcp/tool.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { buildGateway, call, challengeOf, INSPECTOR, message, post } from '../support/gateway.ts'
import { preflight } from '../support/preflight.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body
const AUTHORIZED = { authorization: 'Bearer token-full' }

t.test('Origin — allowed ones and none pass, all others are refused before the token is looked at', async t => {
  covers('http.origin-checked')
  const gateway = await buildGateway(t)
  t.equal((await post(gateway, LIST, { ...AUTHORIZED, origin: INSPECTOR })).status, 200)
  t.equal((await post(gateway, LIST, AUTHORIZED)).status, 200, 'no browser page')
  const asked = gateway.asked.length
  const each = collected(t)
  for (const origin of ['https://evil.example', 'null', 'http://localhost:6275', 'https://localhost:6274', 'http://LOCALHOST:6274', `${INSPECTOR}/`, `${INSPECTOR}.evil.example`, `${INSPECTOR}, https://evil.example`, '', 'file://', '*']) {
    const answer = await post(gateway, LIST, { authorization: 'Bearer never-asked-about', origin })
    each.equal(answer.status, 403, JSON.stringify(origin))
    each.match(answer.body.error, { code: 403 })
    each.equal(answer.headers['access-control-allow-origin'], undefined)
    each.equal(answer.headers['www-authenticate'], undefined)
  }
  each.end()
  t.equal(gateway.asked.length, asked)
  const none = await buildGateway(t, { config: { cors: { allowedOrigins: [] } } })
  t.equal((await post(none, LIST, { ...AUTHORIZED, origin: INSPECTOR })).status, 403, 'nobody is allowed unless configured')
})

t.test('CORS — a page of an allowed origin reads every answer and its challenge', async t => {
  covers('http.cors-exposes-challenge')
  const gateway = await buildGateway(t)
  const asked = await preflight(gateway, '/mcp', INSPECTOR)
  t.equal(asked.statusCode, 204)
  t.equal(asked.body, '')
  t.match(asked.headers, {
    'access-control-allow-origin': INSPECTOR,
    'access-control-allow-methods': 'POST, GET, DELETE',
    'access-control-allow-headers': 'authorization,content-type,mcp-protocol-version,mcp-method,mcp-name,mcp-param-city',
    vary: 'Origin, Access-Control-Request-Headers'
  })
  t.equal(asked.headers['access-control-allow-credentials'], undefined, 'no cookies are used here')

  const origin = INSPECTOR
  const answers = [
    await post(gateway, LIST, { origin }),
    await post(gateway, LIST, { origin, ...AUTHORIZED }),
    await post(gateway, '{', { origin, ...AUTHORIZED }),
    await call(gateway, { token: 'token-read', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 }, headers: { origin } }),
    await post(gateway, LIST, { origin, authorization: 'Bearer a, Bearer b' })
  ]
  t.strictSame(answers.map(({ status }) => status), [401, 200, 400, 403, 400])
  gateway.failWith = 'refused'
  answers.push(await post(gateway, LIST, { origin, authorization: 'Bearer another' }))
  for (const { status, headers } of answers) {
    t.match(headers, { 'access-control-allow-origin': origin, vary: /Origin/ }, String(status))
    t.match(headers['access-control-expose-headers'], 'WWW-Authenticate')
    t.match(headers['access-control-expose-headers'], 'Retry-After')
  }
  const wrongMethod = await gateway.app.inject({ method: 'GET', url: '/mcp', headers: { origin } })
  t.match([wrongMethod.statusCode, wrongMethod.headers['access-control-allow-origin']], [405, origin], 'the page sees the 405')
})

t.test('CORS — a page of another origin learns nothing of the endpoint', async t => {
  const gateway = await buildGateway(t)
  for (const origin of ['https://evil.example', 'null']) {
    const asked = await preflight(gateway, '/mcp', origin)
    t.equal(asked.statusCode, 403)
    t.equal(asked.headers['access-control-allow-origin'], undefined)
  }
})

t.test('OPTIONS — a plain one, without Origin, says which methods there are', async t => {
  const { app } = await buildGateway(t)
  const plain = await app.inject({ method: 'OPTIONS', url: '/mcp' })
  t.match([plain.statusCode, plain.headers['allow'], plain.body], [204, 'POST, OPTIONS', ''])
  const withOrigin = await app.inject({ method: 'OPTIONS', url: '/mcp', headers: { origin: INSPECTOR } })
  t.match([withOrigin.statusCode, withOrigin.headers['allow'], withOrigin.body], [204, 'POST, OPTIONS', ''])
  const document = await app.inject({ method: 'OPTIONS', url: '/docs/mcp' })
  t.match([document.statusCode, document.headers['allow']], [204, 'GET, HEAD, OPTIONS'])
})

t.test('pages — text of a configuration cannot become markup', async t => {
  const name = '<script>alert("1")</script>&\''
  const { app } = await buildGateway(t, { config: { resource: { identifier: 'http://localhost:3443/mcp', name } } })
  for (const url of ['/docs/mcp', '/policy/mcp']) t.notMatch((await app.inject(url)).body, /<script|alert\("/)
  t.equal((await app.inject('/.well-known/oauth-protected-resource')).json<{ resource_name: string }>().resource_name, name)
})

t.test('challenge — nothing can break out of it', async t => {
  covers('http.challenge-escaped')
  const value = writeChallenge({
    addresses: addressesOf('http://localhost:3443/mcp'),
    parameters: {
      error: 'invalid_request',
      description: 'a "quote", a \\ backslash\r\nSet-Cookie: x=1\t\u0000\u007f é 日本語',
      scopes: ['a"b', 'c\\d'],
      more: [['max_age', '1"\r\nX: y']]
    }
  })
  t.match(value, /^[\x20-\x7e]*$/)
  t.equal(value, 'Bearer realm="http://localhost:3443", error="invalid_request", error_description="a \\"quote\\", a \\\\ backslash??Set-Cookie: x=1??? ? ???", resource_metadata="http://localhost:3443/.well-known/oauth-protected-resource/mcp", scope="a\\"b c\\\\d", max_age="1\\"??X: y"')
  t.match(challengeOf({ headers: { 'www-authenticate': value } }), { scope: 'a"b c\\d', max_age: '1"??X: y' })
})

t.test('reflection — what a client sends comes back in no header, and short and plain in a body', async t => {
  const gateway = await buildGateway(t)
  const nasty = 'x"\\<b>é'
  const version = await post(gateway, LIST, { ...AUTHORIZED, 'mcp-protocol-version': `${nasty}${'y'.repeat(500)}` })
  t.equal(version.status, 400)
  const requested = version.body.error?.data?.['requested']
  t.match(requested, /^[\x20-\x7e]{1,32}$/)
  const tool = await call(gateway, { tool: nasty })
  t.notMatch(tool.text, '<b>', 'an unknown name is not repeated')
  const id = 'i"d\r\nX-Injected: 1'
  const denied = await call(gateway, {
    token: 'token-read',
    tool: 'reserve_ticket',
    args: { ticket_id: 1, seats: 1 },
    id,
    meta: { 'io.modelcontextprotocol/authorization-context-id': 'x"\r\ny' }
  })
  t.equal(denied.body.id, id, 'the id is JSON in a body')
  for (const answer of [version, tool, denied]) t.notMatch(JSON.stringify(answer.headers), /X-Injected|<b>|\\r|\\n/)
  t.notMatch(gateway.log(), 'y"')
})

t.test('registry — a scope that could break a challenge is refused at start', async t => {
  covers('plugin.tools-checked')
  const tool = (name: string, access: ToolAccess<object>) => defineTool({
    name,
    title: 'T',
    description: 'D',
    input: z.strictObject({}),
    output: z.strictObject({}),
    access,
    run: async () =>
      ({ kind: 'completed', text: '', structured: {} })
  })
  const refused = (...tools: Array<ReturnType<typeof tool>>) => {
    try {
      createRegistry(tools)
      return undefined
    } catch (error) {
      return error instanceof GatewayError ? error.code : error
    }
  }
  for (const scope of ['a b', 'a"b', 'a\\b', 'a\r\nb', '', 'é']) {
    t.equal(refused(tool('a', { scopes: [scope] })), 'GW_TOOL_INVALID', JSON.stringify(scope))
  }
  for (const name of ['', 'a b', 'a/b', 'a"b', 'é', 'x'.repeat(129), '<b>']) {
    t.equal(refused(tool(name, { scopes: [] })), 'GW_TOOL_INVALID', JSON.stringify(name))
  }
  t.equal(refused(tool('a', { scopes: [] }), tool('a', { scopes: ['x'] })), 'GW_TOOL_INVALID', 'two of one name')
  t.equal(refused(tool('A', { scopes: [] }), tool('a', { scopes: [] })), undefined, 'names are case-sensitive')
})
