// Bodies of requests: what cannot be read as JSON, has another type or length, or comes without a good token.

import { gzipSync } from 'node:zlib'
import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { buildGateway, post } from '../support/gateway.ts'
import { rawRequest } from '../support/raw-request.ts'
import { AUTHORIZED, isRpcError, LIST_TICKETS } from '../support/rpc-errors.ts'

t.test('body — what cannot be read is a JSON-RPC error', async t => {
  covers('http.body-errors-are-json-rpc')
  const gateway = await buildGateway(t)
  const unreadable: Record<string, string | Buffer> = {
    'bad JSON': '{"jsonrpc":',
    'a text': 'hello',
    empty: '',
    blank: '  \n ',
    'a form': 'jsonrpc=2.0&id=1&method=ping',
    'a page': '<!doctype html>',
    'bytes that are no UTF-8': Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
    'a __proto__ member': '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"polluted":true}}',
    'a nested __proto__':
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_tickets","arguments":{"__proto__":{"limit":1}}}}',
    'constructor.prototype': '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"constructor":{"prototype":{"polluted":true}}}}',
    'two messages': '{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}'
  }
  for (const [name, body] of Object.entries(unreadable)) isRpcError(t, await post(gateway, body, AUTHORIZED), 400, -32700, name)
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  t.equal((await post(gateway, `\ufeff${JSON.stringify(LIST_TICKETS)}`, AUTHORIZED)).status, 200, 'a byte order mark is forgiven')
})

t.test('body — Content-Type is application/json, in whatever case and with whatever parameters', async t => {
  const gateway = await buildGateway(t)
  const send = (type: string) => post(gateway, LIST_TICKETS, { ...AUTHORIZED, 'content-type': type })
  const each = collected(t)
  for (const type of ['application/json', 'Application/JSON', 'application/json;charset=utf-8', 'application/json ; charset=UTF-8',
    'application/json; charset="utf-8"', 'application/json;odata=verbose']) {
    each.equal((await send(type)).status, 200, type)
  }
  each.end()
  for (const type of [
    'text/plain', 'application/jsonp', 'application/json-rpc', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
    'application/json, text/plain', 'text/html', 'json', '*/*', 'application/json\tx', 'application/merge-patch+json'
  ]) {
    isRpcError(t, await send(type), 415, -32600, type)
  }
  const body = JSON.stringify(LIST_TICKETS)
  const untyped = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', 'Host: x', 'Authorization: Bearer token-full'], body)
  t.equal(untyped.status, 415, 'none at all')
  t.match(JSON.parse(untyped.body), { error: { code: -32600 } })
  const tabbed = await rawRequest(gateway.app,
    ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Type:\tapplication/json;\tcharset=utf-8', 'Authorization: Bearer token-full'], body)
  t.equal(tabbed.status, 200, 'tabs are white space')
  const nothing = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', 'Host: x', 'Authorization: Bearer token-full'])
  t.equal(nothing.status, 400, 'no body and no type')
  t.match(JSON.parse(nothing.body), { error: { code: -32600 } })
})

t.test('body — compressed, too large or of another length than announced is refused', async t => {
  const gateway = await buildGateway(t)
  const json = JSON.stringify(LIST_TICKETS)
  isRpcError(t, await post(gateway, gzipSync(json), { ...AUTHORIZED, 'content-encoding': 'gzip' }), 415, -32600, 'gzip')
  isRpcError(t, await post(gateway, json, { ...AUTHORIZED, 'content-encoding': 'br' }), 415, -32600, 'called compressed')
  t.equal((await post(gateway, json, { ...AUTHORIZED, 'content-encoding': 'Identity' })).status, 200)

  const padded = (length: number) => json.padEnd(length, ' ')
  t.equal((await post(gateway, padded(65_536), AUTHORIZED)).status, 200, 'exactly 64 KiB')
  isRpcError(t, await post(gateway, padded(65_537), AUTHORIZED), 413, -32600, 'one byte more')
  const long = { ...LIST_TICKETS, params: { name: 'search_tickets', arguments: { title: 'x'.repeat(60_000) } } }
  t.match((await post(gateway, long, AUTHORIZED)).body.result, { isError: true }, 'a large argument is an invalid one')

  const chunked = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Authorization: Bearer token-full', 'Transfer-Encoding: chunked', '', `${json.length.toString(16)}`, json, '0', ''])
  t.equal(chunked.status, 200, 'chunks are fine')
  const small = await buildGateway(t, { config: { limits: { bodyBytes: 1024 } } })
  isRpcError(t, await post(small, padded(1025), AUTHORIZED), 413, -32600, 'the limit is configured')
})

t.test('body — without a good token nothing of it is read', async t => {
  const gateway = await buildGateway(t)
  for (const headers of [{}, { authorization: 'Bearer token-inactive' }] as Array<Record<string, string>>) {
    t.equal((await post(gateway, '{"jsonrpc":', headers)).status, 401)
    t.equal((await post(gateway, '[]', { ...headers, 'content-type': 'text/plain' })).status, 401)
  }
})
