// JSON-RPC messages over HTTP: what is no request, or asks for nothing that exists. The revision that a client speaks never changes what it
// may do.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, challengeOf, limitedTo, message, MODERN, post, type CallAnswer } from '../support/gateway.ts'
import { AUTHORIZED, isRpcError, LIST_TICKETS } from '../support/rpc-errors.ts'

t.test('message — only one JSON-RPC request or notification is accepted', async t => {
  covers('mcp.message-shape', 'http.batch-refused')
  const gateway = await buildGateway(t)
  const base = { jsonrpc: '2.0', id: 1, method: 'ping' }
  const refused: Record<string, unknown> = {
    'an empty array': [],
    'a batch': [base],
    'a batch of an allowed and a forbidden call': [LIST_TICKETS,
      { ...LIST_TICKETS, id: 2, params: { name: 'reserve_ticket', arguments: { ticket_id: 1, seats: 1 } } }],
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
  const each = collected(t)
  for (const [name, body] of Object.entries(refused)) {
    isRpcError(each, await post(gateway, JSON.stringify(body), AUTHORIZED), 400, -32600, name)
  }
  each.end()
  isRpcError(t, await post(gateway, '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', AUTHORIZED), 400, -32600,
    'an id too large to be exact')
  t.strictSame(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [], 'and nothing of a batch was done')

  for (const id of [0, -1, 'a', '', 9007199254740991]) each.equal((await post(gateway, { ...base, id }, AUTHORIZED)).body.id, id, `id ${JSON.stringify(id)} comes back as it is`)
  each.end()
  t.equal((await post(gateway, { ...base, id: 7, jsonrpc: '1.0' }, AUTHORIZED)).body.id, 7, 'an error names the request where it can')
})

t.test('message — with a member that is there twice it is refused, whichever a reader would take', async t => {
  const gateway = await buildGateway(t)
  const reserve = '{"name":"reserve_ticket","arguments":{"ticket_id":1,"seats":1}}'
  const list = '{"name":"list_tickets","arguments":{}}'
  const twice = (first: string, second: string) => post(gateway, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${first},"params":${second}}`, { authorization: 'Bearer token-read' })
  t.match(await twice(list, reserve), { status: 400, body: { error: { code: -32600 } } })
  t.match(await twice(reserve, list), { status: 400, body: { error: { code: -32600 } } })
  t.strictSame(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [])
})

t.test('message — deep nesting is refused or ignored, and the next request is served', async t => {
  const gateway = await buildGateway(t, { config: { limits: { bodyBytes: 1_048_576 } } })
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
  for (const params of [{}, { name: 1 }, { name: null }, { name: ['list_tickets'] }, { name: 'list_tickets', arguments: [] },
    { name: 'list_tickets', arguments: 'x' }]) {
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
    each.strictSame(await statusOf({ jsonrpc: '2.0', method: 'notifications/initialized', params }, {}), [202, false],
      JSON.stringify(params))
    each.strictSame(await statusOf({ jsonrpc: '2.0', id: 1, method: 'ping', params }, {}), [200, false], JSON.stringify(params))
    each.strictSame(await statusOf({ jsonrpc: '2.0', id: 1, method: 'tools/list', params }, {}), [200, false], JSON.stringify(params))
    const modern = { 'mcp-protocol-version': MODERN }
    each.strictSame(await statusOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params }, modern), [202, false], `modern ${JSON.stringify(params)}`)
  }
  each.strictSame(await statusOf({ jsonrpc: '2.0', id: null, method: 'notifications/initialized', params: null }, {}), [202, false],
    'the id of a notification')
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
    const answer = await post(gateway,
      { jsonrpc: '2.0', method, params: { name: 'reserve_ticket', arguments: { ticket_id: 1, seats: 1 }, requestId: 1 } }, AUTHORIZED)
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
  const gateway = await buildGateway(t,
    { tokens: { small: activeToken(limitedTo(1000)), other: activeToken({ authorization_details: [{ type: 'payment' }] }) } })
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
  t.strictSame(listed.map(({ body }) => body.id), listed.map(() => 1))
  const found = listed.map(({ body }) => (body.result?.structuredContent?.['reservations'] as Array<{ id: number }>).map(({ id }) => id))
  t.strictSame(found, owned.map(id => [id]))
})
