// Bodies and messages: what is no JSON, no JSON-RPC, or asks for nothing that exists. Every answer is JSON of ours, and
// the revision a client speaks never changes what it may do.

import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, challengeOf, limitedTo, message, MODERN, post, type CallAnswer } from '../support/gateway.ts'
import { rawRequest } from '../support/raw-request.ts'

const AUTHORIZED = { authorization: 'Bearer token-full' }
const LIST_TICKETS = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } }

/** A JSON-RPC error and nothing else: no page, no stack, no framework's shape. */
function isRpcError (t: Test, answer: CallAnswer, status: number, code: number, name: string): void {
  t.equal(answer.status, status, name)
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.strictSame(Object.keys(answer.body).filter(member => !['jsonrpc', 'id', 'error'].includes(member)), [])
  t.equal(answer.body.error?.code, code, name)
  t.notMatch(answer.text, /node_modules|at .*\.js/)
}

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
    'a nested __proto__': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_tickets","arguments":{"__proto__":{"limit":1}}}}',
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
  for (const type of ['application/json', 'Application/JSON', 'application/json;charset=utf-8', 'application/json ; charset=UTF-8', 'application/json; charset="utf-8"', 'application/json;odata=verbose']) {
    each.equal((await send(type)).status, 200, type)
  }
  each.end()
  for (const type of ['text/plain', 'application/jsonp', 'application/json-rpc', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json, text/plain', 'text/html', 'json', '*/*', 'application/json\tx', 'application/merge-patch+json']) {
    isRpcError(t, await send(type), 415, -32600, type)
  }
  const body = JSON.stringify(LIST_TICKETS)
  const untyped = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', 'Host: x', 'Authorization: Bearer token-full'], body)
  t.equal(untyped.status, 415, 'none at all')
  t.match(JSON.parse(untyped.body), { error: { code: -32600 } })
  const tabbed = await rawRequest(gateway.app, ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Type:\tapplication/json;\tcharset=utf-8', 'Authorization: Bearer token-full'], body)
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
  t.equal((await post(gateway, padded(1_048_576), AUTHORIZED)).status, 200, 'exactly a megabyte')
  isRpcError(t, await post(gateway, padded(1_048_577), AUTHORIZED), 413, -32600, 'one byte more')
  const long = { ...LIST_TICKETS, params: { name: 'search_tickets', arguments: { title: 'x'.repeat(1_000_000) } } }
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

t.test('message — only one JSON-RPC request or notification is accepted', async t => {
  covers('mcp.message-shape', 'http.batch-refused')
  const gateway = await buildGateway(t)
  const base = { jsonrpc: '2.0', id: 1, method: 'ping' }
  const refused: Record<string, unknown> = {
    'an empty array': [],
    'a batch': [base],
    'a batch of an allowed and a forbidden call': [LIST_TICKETS, { ...LIST_TICKETS, id: 2, params: { name: 'reserve_ticket', arguments: { ticket_id: 1, seats: 1 } } }],
    null: null,
    'a number': 42,
    'a string': 'ping',
    'an empty object': {},
    'another version': { ...base, jsonrpc: '1.0' },
    'no version': { id: 1, method: 'ping' },
    'a response': { jsonrpc: '2.0', id: 1, result: {} },
    'an error response': { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } },
    'a request and a response': { ...base, result: {} },
    'a null id': { ...base, id: null },
    'a fractional id': { ...base, id: 1.5 },
    'an object as id': { ...base, id: {} },
    'a boolean as id': { ...base, id: true },
    'array params': { ...base, params: [] },
    'text params': { ...base, params: 'x' },
    '_meta that is no object': { ...base, params: { _meta: 'x' } },
    'an empty method': { ...base, method: '' },
    'a method that is no text': { ...base, method: 1 },
    '"Method"': { jsonrpc: '2.0', id: 1, Method: 'ping' },
    'a member too many': { ...base, extra: 1 },
    '"method" and "Method"': { ...base, Method: 'tools/call' }
  }
  for (const [name, body] of Object.entries(refused)) isRpcError(t, await post(gateway, JSON.stringify(body), AUTHORIZED), 400, -32600, name)
  isRpcError(t, await post(gateway, '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', AUTHORIZED), 400, -32600, 'an id too large to be exact')
  t.strictSame(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [], 'and nothing of a batch was done')

  const each = collected(t)
  for (const id of [0, -1, 'a', '', 9007199254740991]) each.equal((await post(gateway, { ...base, id }, AUTHORIZED)).body.id, id, `id ${JSON.stringify(id)} comes back as it is`)
  each.end()
  t.equal((await post(gateway, { ...base, id: 7, jsonrpc: '1.0' }, AUTHORIZED)).body.id, 7, 'an error names the request where it can')
})

t.test('message — of members that are there twice, the decision and the tool see the same one', async t => {
  const gateway = await buildGateway(t)
  const reserve = '{"name":"reserve_ticket","arguments":{"ticket_id":1,"seats":1}}'
  const list = '{"name":"list_tickets","arguments":{}}'
  const twice = (first: string, second: string) => post(gateway, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${first},"params":${second}}`, { authorization: 'Bearer token-read' })
  t.equal((await twice(list, reserve)).status, 403)
  t.match((await twice(reserve, list)).body.result, { structuredContent: { tickets: [] } })
  t.strictSame(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [])
})

t.test('message — deep nesting is refused or ignored, and the next request is served', async t => {
  const gateway = await buildGateway(t)
  for (const deep of ['['.repeat(100_000) + ']'.repeat(100_000), '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)]) {
    for (const body of [deep, `{"jsonrpc":"2.0","id":1,"method":"ping","params":${deep}}`, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_tickets","arguments":{"limit":${deep}}}}`]) {
      const answer = await post(gateway, body, AUTHORIZED)
      t.ok([200, 400].includes(answer.status), `${answer.status}`)
      t.notOk(answer.body.result?.structuredContent)
    }
  }
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
})

t.test('method — unknown ones, and those of the other era, are not found', async t => {
  const gateway = await buildGateway(t)
  const ask = (method: string, era: 'legacy' | 'modern') => {
    const { body, headers } = message(method, {}, { era })
    return post(gateway, body, { ...AUTHORIZED, ...headers })
  }
  for (const method of ['resources/list', 'tools/Call', 'toString', '__proto__', 'constructor', 'completion/complete', 'server/discover']) {
    isRpcError(t, await ask(method, 'legacy'), 200, -32601, method)
  }
  for (const method of ['resources/list', 'tools/Call', 'toString', 'initialize', 'ping', 'logging/setLevel']) {
    isRpcError(t, await ask(method, 'modern'), 404, -32601, method)
  }
})

t.test('tool — an unknown one is invalid, whatever its name is', async t => {
  const gateway = await buildGateway(t)
  const each = collected(t)
  for (const name of ['nothing', 'List_tickets', 'list_tickets ', 'toString', '__proto__', 'constructor', '']) {
    const answer = await call(gateway, { tool: name })
    isRpcError(t, answer, 200, -32602, name)
    each.equal(answer.body.error?.message, 'Invalid params: unknown tool')
  }
  each.end()
  for (const params of [{}, { name: 1 }, { name: null }, { name: ['list_tickets'] }, { name: 'list_tickets', arguments: [] }, { name: 'list_tickets', arguments: 'x' }]) {
    isRpcError(t, await post(gateway, message('tools/call', params).body, AUTHORIZED), 200, -32602, JSON.stringify(params))
  }
  t.equal((await post(gateway, message('tools/call', { name: 'list_tickets' }).body, AUTHORIZED)).status, 200, 'arguments may be left out')
})

t.test('members — an optional one that is null counts as absent, in both eras', async t => {
  covers('mcp.null-member-absent')
  const gateway = await buildGateway(t)
  const each = collected(t)
  const statusOf = async (body: object, headers: Record<string, string>) => {
    const { status, text } = await post(gateway, JSON.stringify(body), { ...AUTHORIZED, ...headers })
    return [status, text.includes('"error"')]
  }
  for (const params of [null, { _meta: null }, undefined]) {
    each.strictSame(await statusOf({ jsonrpc: '2.0', method: 'notifications/initialized', params }, {}), [202, false], JSON.stringify(params))
    each.strictSame(await statusOf({ jsonrpc: '2.0', id: 1, method: 'ping', params }, {}), [200, false], JSON.stringify(params))
    each.strictSame(await statusOf({ jsonrpc: '2.0', id: 1, method: 'tools/list', params }, {}), [200, false], JSON.stringify(params))
    const modern = { 'mcp-protocol-version': MODERN }
    each.strictSame(await statusOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params }, modern), [202, false], `modern ${JSON.stringify(params)}`)
  }
  each.strictSame(await statusOf({ jsonrpc: '2.0', id: null, method: 'notifications/initialized', params: null }, {}), [202, false], 'the id of a notification')
  for (const era of ['legacy', 'modern'] as const) {
    const nulls = { progressToken: null, traceparent: null }
    const list = message('tools/list', { cursor: null }, { era, meta: nulls })
    each.strictSame(await statusOf(list.body, list.headers), [200, false], `${era}: cursor`)
    const call = message('tools/call', { name: 'list_tickets', arguments: null }, { era, meta: nulls, name: 'list_tickets' })
    each.strictSame(await statusOf(call.body, call.headers), [200, false], `${era}: arguments`)
  }
  each.end()
})

t.test('notification — any is accepted with a token and does nothing', async t => {
  const gateway = await buildGateway(t)
  for (const method of ['notifications/initialized', 'notifications/cancelled', 'tools/call', 'whatever']) {
    const answer = await post(gateway, { jsonrpc: '2.0', method, params: { name: 'reserve_ticket', arguments: { ticket_id: 1, seats: 1 }, requestId: 1 } }, AUTHORIZED)
    t.equal(answer.status, 202, method)
    t.equal(answer.text, '')
  }
  t.strictSame(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [])
})

t.test('session headers — are ignored and never echoed', async t => {
  const gateway = await buildGateway(t)
  const answer = await call(gateway, { tool: 'list_tickets', headers: { 'mcp-session-id': 'session-1', 'last-event-id': '7' } })
  t.equal(answer.status, 200)
  t.notMatch(JSON.stringify(answer.headers), 'session-1')
})

t.test('decision — no version header, known or not, and no era changes it', async t => {
  covers('mcp.version-header-decides-nothing')
  const gateway = await buildGateway(t, { tokens: { small: activeToken(limitedTo(1000)), other: activeToken({ authorization_details: [{ type: 'payment' }] }) } })
  const calls = [
    { token: 'token-full', tool: 'list_tickets', args: {} },
    { token: 'token-read', tool: 'list_tickets', args: {} },
    { token: 'token-no-scope', tool: 'list_tickets', args: {} },
    { token: 'token-read', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } },
    { token: 'token-limited', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } },
    { token: 'small', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } },
    { token: 'other', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } },
    { token: 'token-wrong-audience', tool: 'list_tickets', args: {} },
    { token: 'token-inactive', tool: 'cancel_reservation', args: { reservation_id: 1 } },
    { token: 'token-full', tool: 'reserve_ticket', args: { ticket_id: 1, seats: -5 } }
  ]
  const decisionOf = ({ status, body, headers }: CallAnswer) => ({
    status,
    error: challengeOf({ headers }).error,
    scope: challengeOf({ headers }).scope,
    isError: body.result?.isError,
    code: body.error?.code
  })
  const each = collected(t)
  for (const one of calls) {
    const name = `${one.tool} with ${one.token}`
    const { body } = message('tools/call', { name: one.tool, arguments: one.args })
    const plain = decisionOf(await post(gateway, body, { authorization: `Bearer ${one.token}` }))
    for (const version of ['2025-11-25', '2025-06-18', '2025-03-26']) {
      const answer = await post(gateway, body, { authorization: `Bearer ${one.token}`, 'mcp-protocol-version': version })
      each.strictSame(decisionOf(answer), plain, `${name} in ${version}`)
    }
    each.strictSame(decisionOf(await call(gateway, { ...one, era: 'modern' })), plain, `${name} in ${MODERN}`)
    for (const version of ['1999-01-01', '', 'x'.repeat(300), '2026-07-28, 2025-11-25']) {
      const answer = await post(gateway, body, { authorization: `Bearer ${one.token}`, 'mcp-protocol-version': version })
      const { status, isError } = decisionOf(answer)
      each.ok(status === plain.status || status === 400, `${name} with an unknown version: refused for it, or decided alike`)
      each.notOk(status === 200 && plain.status !== 200, 'and never allowed by it')
      each.ok(status !== 200 || isError === plain.isError)
    }
  }
  each.end()
})

t.test('answers — two clients that use the same id at once each get their own', async t => {
  covers('mcp.answers-never-crossed')
  const people = Array.from({ length: 20 }, (_, index) => `person-${index}`)
  const tokens = Object.fromEntries(people.map(sub => [`token-of-${sub}`, activeToken({ sub, client_id: 'one-client' })]))
  const gateway = await buildGateway(t, { tokens })
  const reserved = await Promise.all(people.map((sub, index) =>
    call(gateway, { token: `token-of-${sub}`, tool: 'reserve_ticket', args: { ticket_id: 3, seats: index + 1 > 4 ? 1 : index + 1 }, id: 1 })))
  const owned = reserved.map(({ body }) => (body.result?.structuredContent?.['reservation'] as { id: number }).id)
  t.equal(new Set(owned).size, people.length)
  const listed = await Promise.all(people.map(sub => call(gateway, { token: `token-of-${sub}`, tool: 'get_user_reservations', id: 1 })))
  for (const [index, { body }] of listed.entries()) {
    t.equal(body.id, 1)
    t.strictSame((body.result?.structuredContent?.['reservations'] as Array<{ id: number }>).map(({ id }) => id), [owned[index]])
  }
})
