// What has gone wrong with requests in systems like this one: headers, routes, bodies and protocols. Every case has a test, here or
// elsewhere, or a reason why it cannot happen. The list of cases is test/support/security-cases.ts.

import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { buildGateway, message, post, type Gateway } from '../support/gateway.ts'
import { portOf, rawRequest } from '../support/raw-request.ts'
import { REQUEST_CASES } from '../support/security-cases.ts'
import { list, testCases, type CaseTests } from '../support/security-checks.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body
const HEAD = ['Host: localhost:3443', 'Content-Type: application/json']
const RESERVE = '"name":"reserve_ticket","arguments":{"ticket_id":1,"seats":1}'
const GOOD = 'Authorization: Bearer token-full'

/** Bytes on a connection, and everything that comes back until it is closed. */
async function exchange (gateway: Gateway, bytes: string): Promise<string> {
  const socket = connect(await portOf(gateway.app), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.end(bytes)
  await closed
  return Buffer.concat(chunks).toString()
}

const tests: CaseTests = {
  async 'a token in the body' (t) {
    const gateway = await buildGateway(t)
    const without = await post(gateway, { ...LIST, access_token: 'token-full' })
    t.equal(without.status, 401)
    t.equal((await post(gateway, 'access_token=token-full', { 'content-type': 'application/x-www-form-urlencoded' })).status, 401)
    t.equal(gateway.asked.length, 0)
    t.notOk(gateway.log().includes('token-full'))
  },

  async 'a header that is folded, misspelt, or hidden from one of two readers' (t) {
    const gateway = await buildGateway(t)
    const hidden = [
      'Authorization:\r\n Bearer token-full', 'Authorization : Bearer token-full', 'Authorization\t: Bearer token-full',
      ' Authorization: Bearer token-full',
      'X-Nothing: 1\nAuthorization: Bearer token-full', 'X-Nothing: 1\rAuthorization: Bearer token-full',
      'Authorization: Bearer token\0full', 'Authorization; Bearer token-full',
      'Authorization_: Bearer token-full', 'Proxy-Authorization: Bearer token-full', 'X-Authorization: Bearer token-full',
      'X-Forwarded-Access-Token: token-full', 'Cookie: access_token=token-full',
      'Authoriz\u0430tion: Bearer token-full'
    ]
    for (const line of hidden) {
      const { status } = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, line], JSON.stringify(LIST))
      t.ok([400, 401].includes(status), `${JSON.stringify(line)}: ${status}`)
    }
    t.equal(gateway.decisions().filter(({ granted }) => granted === true).length, 0)
    t.equal(
      (await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, 'Connection: Authorization', GOOD], JSON.stringify(LIST))).status, 200,
      'a header that is named hop-by-hop is still the one that was sent'
    )
  },

  async 'headers that name another method or another path' (t) {
    const gateway = await buildGateway(t)
    for (const line of ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST']) {
      t.equal((await rawRequest(gateway.app, ['GET /mcp HTTP/1.1', ...HEAD, GOOD, line])).status, 405, line)
    }
    for (const line of ['X-Original-URL: /mcp', 'X-Rewrite-URL: /mcp', 'X-Forwarded-Path: /mcp', 'X-Forwarded-Prefix: /mcp']) {
      t.equal((await rawRequest(gateway.app, ['POST /health-not HTTP/1.1', ...HEAD, GOOD, line], JSON.stringify(LIST))).status, 404, line)
      t.equal(
        (await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, line.replace('/mcp', '/health')], JSON.stringify(LIST))).status, 401,
        line
      )
    }
  },

  async 'a second request smuggled behind the first' (t) {
    const gateway = await buildGateway(t)
    const body = JSON.stringify(LIST)
    const second = `POST /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const framings = {
      'length and chunked': `Content-Length: ${second.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
      'chunked and length': `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${second}`,
      'two lengths': `Content-Length: 0\r\nContent-Length: ${second.length}\r\n\r\n${second}`,
      'two lengths in one': `Content-Length: 0, ${second.length}\r\n\r\n${second}`,
      'a length with a sign': `Content-Length: +0\r\n\r\n${second}`,
      'a length in hex': `Content-Length: 0x0\r\n\r\n${second}`,
      'a coding nobody knows': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${second}`,
      'two codings': `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${second}`,
      'a coding after a tab': `Transfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${second}`,
      'a blank before the colon': `Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${second}`,
      'a chunk size with an end': `Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n${second}`,
      'a chunk size that overflows': `Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n${second}`
    }
    for (const [name, framing] of Object.entries(framings)) {
      const before = gateway.decisions().filter(({ granted }) => granted === true).length
      const received = await exchange(gateway, `POST /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n${GOOD}\r\n${framing}`)
      t.notMatch(received, 'structuredContent', `${name}: no tool ran`)
      t.notMatch(received, /HTTP\/1\.1 200/, name)
      t.equal(gateway.decisions().filter(({ granted }) => granted === true).length, before, `${name}: the token of the first is not that of the second`)
    }
    t.equal((await list(gateway)).status, 200, 'and the gateway is well')
  },

  async 'a protocol that is not HTTP/1.1' (t) {
    const gateway = await buildGateway(t)
    const odd = [
      'GET /mcp\r\n\r\n', `POST /mcp HTTP/0.9\r\n${GOOD}\r\n\r\n`, `POST /mcp HTTP/2.0\r\n${GOOD}\r\n\r\n`, `POST /mcp HTTP/1.9\r\n${GOOD}\r\n\r\n`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01', `post /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n${GOOD}\r\n\r\n`,
      `CONNECT localhost:3443 HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n${GOOD}\r\n\r\n`, `POST  /mcp HTTP/1.1\r\n${HEAD.join('\r\n')}\r\n\r\n`
    ]
    for (const bytes of odd) {
      const received = await exchange(gateway, bytes)
      t.notMatch(received, /^HTTP\/1\.1 2/, JSON.stringify(bytes.slice(0, 24)))
    }
    const old = await exchange(gateway, `POST /mcp HTTP/1.0\r\n${HEAD.join('\r\n')}\r\nContent-Length: ${JSON.stringify(LIST).length}\r\n\r\n${JSON.stringify(LIST)}`)
    t.match(old, /^HTTP\/1\.1 401/, 'HTTP/1.0 is decided about like any other')
    const upgrade = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', ...HEAD, 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
      JSON.stringify(LIST))
    t.ok([400, 401].includes(upgrade.status), 'an upgrade opens no other door')
    t.equal(gateway.decisions().filter(({ granted }) => granted === true).length, 0)
  },

  async 'deep nesting, duplicate keys, "Method", __proto__, an argument of 1 MB' (t) {
    const gateway = await buildGateway(t, { config: { limits: { bodyBytes: 1_048_576 } } })
    const headers = { authorization: 'Bearer token-read' }
    const tool = (name: string, args: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`
    const bodies = {
      'deep nesting': `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'deep arguments': tool('list_tickets', `{"limit":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`),
      'two methods': `{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"tools/call","params":{"name":"list_tickets",${RESERVE}}}`,
      'a method in capitals': '{"jsonrpc":"2.0","id":1,"Method":"tools/call","params":{"name":"list_tickets"}}',
      __proto__: `{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"granted":true},"params":{${RESERVE}}}`,
      'arguments from a prototype': tool('reserve_ticket', '{"__proto__":{"ticket_id":1,"seats":1}}'),
      'constructor as a tool': tool('constructor', '{}'),
      'an argument of 1 MB': tool('search_tickets', `{"title":"${'x'.repeat(1_000_000)}"}`),
      'a body beyond the limit': tool('search_tickets', `{"title":"${'x'.repeat(1_100_000)}"}`)
    }
    for (const [name, body] of Object.entries(bodies)) {
      const answer = await post(gateway, body, headers)
      t.ok([200, 400, 403, 404, 413].includes(answer.status), `${name}: ${answer.status}`)
      t.notMatch(answer.text, '"reservation"', `${name}: nothing is reserved`)
    }
    t.equal((await gateway.store.findTicket(1))?.availableSeats, 50)
    t.equal(({} as { granted?: boolean }).granted, undefined)
  }
}

testCases(t, REQUEST_CASES, tests)
