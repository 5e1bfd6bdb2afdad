// Requests as bytes: ways of writing a path, credentials and headers that HTTP clients normalise away.

import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { buildGateway, message, type Gateway } from '../support/gateway.ts'
import { portOf, rawRequest, type RawAnswer } from '../support/raw-request.ts'

const LIST = JSON.stringify(message('tools/call', { name: 'list_tickets', arguments: {} }).body)
const HOST = 'Host: localhost:3443'
const JSON_BODY = 'Content-Type: application/json'
const METADATA = 'http://localhost:3443/.well-known/oauth-protected-resource/mcp'

const postTo = ({ app }: Gateway, target: string, ...lines: string[]): Promise<RawAnswer> =>
  rawRequest(app, [`POST ${target} HTTP/1.1`, HOST, JSON_BODY, ...lines], LIST)

/** JSON of ours: no HTML, and none of the members of a framework's error. */
function isOurs ({ headers, body }: RawAnswer): boolean {
  const parsed = JSON.parse(body) as Record<string, unknown>
  return headers['content-type'] === 'application/json; charset=utf-8' && !('statusCode' in parsed) && !('message' in parsed)
}

t.test('path — every way of writing it meets the same decision, or nothing at all', async t => {
  covers('http.path-variants-decide')
  const gateway = await buildGateway(t)
  const targets = [
    '/mcp', '/%6dcp', '/%6Dcp', '/mc%70', '//mcp', '/mcp/', '/mcp//', '/mcp;x', '/mcp;jsessionid=1', '/MCP', '/Mcp', '/mcp?x=1',
    '/mcp?', '/mcp#x',
    '/./mcp', '/x/../mcp', '/mcp/.', '/mcp/../mcp', '/%2e/mcp', '/x/%2e%2e/mcp', '/mcp%2f', '/mcp%00', '/mcp%20', '/mcp\\', '/mcp/tools',
    'http://localhost:3443/mcp', 'http://evil.example/mcp', 'https://localhost:3443/%6dcp', 'http://localhost:3443//mcp', 'mcp', '*'
  ]
  const each = collected(t)
  for (const target of targets) {
    const without = await postTo(gateway, target)
    each.ok([400, 401, 404].includes(without.status), `${target}: no tool without a token (${without.status})`)
    each.ok(isOurs(without), `${target}: answered in JSON of ours`)
    const other = await postTo(gateway, target, 'Authorization: Bearer token-wrong-audience')
    each.equal(other.status, without.status, `${target}: nor with a token that was issued for another resource`)
    each.notMatch(other.body, 'structuredContent')
  }
  each.end()
  const decisions = gateway.decisions()
  t.equal(decisions.length, decisions.filter(({ granted }) => granted === false).length, 'nothing was granted')
  t.ok(decisions.length >= 2 * 8, 'the encoded and the absolute forms reach the endpoint and its decision')

  for (const target of ['/mcp', '/%6dcp', 'http://evil.example/mcp']) {
    each.equal((await postTo(gateway, target, 'Authorization: Bearer token-no-scope')).status, 403, `${target}: the scope is asked for`)
    each.equal((await postTo(gateway, target, 'Authorization: Bearer token-full')).status, 200)
  }
  each.end()
})

t.test('path — a target that cannot be decoded is refused in our shape', async t => {
  const gateway = await buildGateway(t)
  for (const target of ['/%zz', '/mcp%', '/%c3%28']) {
    const answer = await postTo(gateway, target, 'Authorization: Bearer token-full')
    t.ok([400, 404].includes(answer.status), target)
    t.ok(isOurs(answer))
    t.notMatch(answer.body, target, 'nothing of the target is reflected')
  }
})

t.test('Authorization — two fields or two tokens in one are refused, in whatever order', async t => {
  covers('http.one-authorization-header')
  const gateway = await buildGateway(t)
  const GOOD = 'Authorization: Bearer token-full'
  const pairs = [
    [GOOD, GOOD],
    [GOOD, 'Authorization: Bearer token-inactive'],
    ['Authorization: Bearer token-inactive', GOOD],
    [GOOD, 'authorization: Basic dTpw'],
    ['AUTHORIZATION: Basic dTpw', GOOD],
    [GOOD, 'Authorization:'],
    ['Authorization: Bearer token-full, Bearer token-inactive'],
    ['Authorization: Bearer token-full,Bearer token-inactive'],
    ['Authorization: Basic dTpw, Bearer token-full']
  ]
  for (const lines of pairs) {
    const answer = await postTo(gateway, '/mcp', ...lines)
    t.equal(answer.status, 400, lines.join(' + '))
    t.match(answer.headers['www-authenticate'], 'error="invalid_request"')
    t.equal(gateway.asked.length, 0, 'no token of such a request is shown to the authorization server')
  }
})

t.test('Authorization — the scheme in any case, exactly one token after blanks, nothing looser', async t => {
  covers('auth.bearer-scheme-case-insensitive', 'auth.bearer-syntax')
  const gateway = await buildGateway(t)
  const statusWith = async (line: string) => (await postTo(gateway, '/mcp', line)).status
  for (const line of ['Authorization: bearer token-full', 'Authorization: BEARER token-full', 'authorization:Bearer token-full',
    'Authorization: Bearer  token-full', 'Authorization:   Bearer token-full   ']) {
    t.equal(await statusWith(line), 200, line)
  }
  for (const line of ['Authorization: Bearer\ttoken-full', 'Authorization: Bearer', 'Authorization: Bearer ', 'Authorization: Bearer token-full x', 'Authorization: Bearer "token-full"', `Authorization: Bearer ${'a'.repeat(16_385)}`, 'Authorization: Bearer caf\u00e9']) {
    t.equal(await statusWith(line), 400, JSON.stringify(line.slice(0, 60)))
  }
  for (const line of ['Authorization: token-full', 'Authorization: Basic dTpw', 'X-Authorization: Bearer token-full',
    'Proxy-Authorization: Bearer token-full', 'Cookie: access_token=token-full']) {
    t.equal(await statusWith(line), 401, line)
  }
})

t.test('Authorization — each request of a connection is decided by its own token', async t => {
  const gateway = await buildGateway(t)
  const { port } = new URL(`http://127.0.0.1:${await portOf(gateway.app)}`)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => { agent.destroy() })
  const ports = new Set<number | undefined>()
  const statusWith = async (authorization: string | undefined): Promise<number | undefined> => {
    const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) }
    const sent = request({ agent, port, host: '127.0.0.1', path: '/mcp', method: 'POST', headers })
    sent.end(LIST)
    const [answer] = await once(sent, 'response') as [IncomingMessage]
    ports.add(answer.socket.localPort)
    await once(answer.resume(), 'end')
    return answer.statusCode
  }
  const turns: ReadonlyArray<readonly [string | undefined, number]> = [
    ['Bearer token-full', 200], ['Bearer token-full', 200], ['Bearer token-inactive', 401], ['Bearer token-inactive', 401],
    ['Bearer token-no-scope', 403], [undefined, 401], ['Bearer token-full', 200], ['Bearer token-full ', 200], ['Bearer', 400],
    ['bearer token-full', 200]
  ]
  for (const [authorization, status] of turns) t.equal(await statusWith(authorization), status, authorization ?? 'no token')
  t.equal(ports.size, 1, 'it was one connection')
  gateway.tokens.delete('token-full')
  gateway.clock.advance(61_000)
  t.equal(await statusWith('Bearer token-full'), 401, 'the same bytes are asked about again when the answer is too old')
})

t.test('headers — a hundred kilobytes, a bad line or no HTTP at all are refused in our shape', async t => {
  const gateway = await buildGateway(t)
  const large = await postTo(gateway, '/mcp', `Authorization: Bearer ${'a'.repeat(100_000)}`)
  t.equal(large.status, 431)
  t.ok(isOurs(large))
  const larger = await postTo(gateway, '/mcp', `Authorization: Bearer ${'a'.repeat(4_000_000)}`)
  t.equal(larger.status, 431, 'the answer is not lost in a reset while the client is still sending')
  for (const lines of [['POST /mcp HTTP/1.1', HOST, 'Bad Header: x'], ['POST /mcp HTTP/1.1', HOST, 'Authorization: Bearer a\u0000b'],
    ['GARBAGE'], ['POST /mcp HTTP/1.1', HOST, JSON_BODY, 'Content-Length: 5', 'Transfer-Encoding: chunked']]) {
    const answer = await rawRequest(gateway.app, lines)
    t.equal(answer.status, 400, JSON.stringify(lines))
    t.ok(isOurs(answer))
  }
  t.strictSame(gateway.lines().filter(({ msg }) => !String(msg).startsWith('Server listening')), [],
    'nothing of it is logged, not even at the lowest level')
  t.equal((await postTo(gateway, '/mcp', 'Authorization: Bearer token-full')).status, 200, 'and the next request is served')
})

t.test('Host, Forwarded and X-Forwarded-* — spoofed ones change nothing', async t => {
  covers('http.host-not-trusted')
  const gateway = await buildGateway(t)
  const spoofed = [
    'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https', 'X-Forwarded-Port: 443', 'X-Forwarded-Prefix: /evil',
    'X-Forwarded-Uri: /evil',
    'X-Forwarded-For: 10.0.0.1', 'X-Original-URL: /health', 'X-Rewrite-URL: /health', 'X-HTTP-Method-Override: GET',
    'Forwarded: host=evil.example;proto=https'
  ]
  const ask = (method: string, target: string, host: string, ...lines: string[]) =>
    rawRequest(gateway.app, [`${method} ${target} HTTP/1.1`, `Host: ${host}`, JSON_BODY, ...lines], method === 'POST' ? LIST : '')

  for (const target of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource', '/docs/mcp', '/policy/mcp',
    '/mcp/tools']) {
    const plain = await ask('GET', target, 'localhost:3443')
    const odd = await ask('GET', target, 'evil.example', ...spoofed)
    t.equal(odd.status, 200)
    t.equal(odd.body, plain.body, `${target}: the same document`)
    t.notMatch(odd.body, 'evil')
  }
  const challenge = (await ask('POST', '/mcp', 'evil.example', ...spoofed)).headers['www-authenticate']
  t.match(challenge, `resource_metadata="${METADATA}"`)
  t.notMatch(challenge, 'evil')
  gateway.tokens.set('for-the-spoofed-host', { ...gateway.tokens.get('token-full'), aud: ['http://evil.example/mcp', 'https://evil.example/mcp'] })
  t.equal((await ask('POST', '/mcp', 'evil.example', ...spoofed, 'Authorization: Bearer for-the-spoofed-host')).status, 401,
    'the audience is the configured identifier')
  t.equal((await ask('POST', '/mcp', 'evil.example', ...spoofed, 'Authorization: Bearer token-full')).status, 200, 'and stays it')
})

t.test('methods — all but POST and OPTIONS answer 405 with Allow, token or not', async t => {
  covers('http.method-not-allowed')
  const gateway = await buildGateway(t)
  const each = collected(t)
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'MKCOL', 'LOCK', 'SEARCH', 'REPORT', 'QUERY',
    'M-SEARCH', 'PURGE']) {
    for (const lines of [[], ['Authorization: Bearer token-full']]) {
      const answer = await rawRequest(gateway.app, [`${method} /mcp HTTP/1.1`, HOST, ...lines])
      // not every supported version of Node knows QUERY
      if (answer.status === 400 && method === 'QUERY') continue
      each.equal(answer.status, 405, method)
      each.equal(answer.headers['allow'], 'POST, OPTIONS')
      if (method !== 'HEAD') each.ok(isOurs(answer))
    }
  }
  each.end()
  const unknown = await rawRequest(gateway.app, ['BREW /mcp HTTP/1.1', HOST])
  t.equal(unknown.status, 400)
  t.ok(isOurs(unknown))
  const withBody = await rawRequest(gateway.app,
    ['PUT /mcp HTTP/1.1', HOST, 'Authorization: Bearer token-full', 'Content-Type: text/plain'], 'x'.repeat(2000))
  t.equal(withBody.status, 405, 'the body of a wrong method is not looked at')
  t.equal(gateway.asked.length, 0, 'nor is the token')
})

t.test('closing — a request that was accepted is answered, the last of its connection', async t => {
  const gateway = await buildGateway(t)
  const socket = connect(await portOf(gateway.app), '127.0.0.1')
  const chunks: string[] = []
  socket.setEncoding('utf8').on('data', (chunk: string) => { chunks.push(chunk) })
  const closed = once(socket, 'close')
  const request = `POST /mcp HTTP/1.1\r\n${HOST}\r\n${JSON_BODY}\r\nAuthorization: Bearer token-full\r\nContent-Length: ${LIST.length}\r\n\r\n`
  // the head, and only half of the body: the request is in flight when closing begins
  socket.write(request + LIST.slice(0, 10))
  const received = once(gateway.app.server, 'request')
  await received
  const closing = gateway.app.close()
  socket.write(LIST.slice(10))
  await closed
  await closing
  t.match(chunks.join(''), /^HTTP\/1.1 200 OK\r\n/)
  t.match(chunks.join(''), 'structuredContent')
})
