// Operations over plain HTTP: the same gate for curl as for MCP, and nothing at all where no file offers them.

import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { TestToken } from '../../src/testing/test-authorization-server.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { gatewayWithUpstreams } from '../support/gateway-with-upstreams.ts'
import { ORDERS, ORDERS_DOCUMENT, restFiles, withMember } from '../support/rest-files.ts'
import { startTraceCollector } from '../support/trace-collector.ts'
import { mistakesIn } from '../support/upstream-files.ts'

const MOUNTED = withMember(ORDERS, ['transport', 'openapi', 'plainHttp'], '/') as never
const READING: TestToken = { scopes: ['orders:read'] }
const WRITING: TestToken = {
  scopes: ['orders:read', 'orders:write'], authorizationDetails: [{ type: 'order', maxAmount: 1000, currency: 'JPY' }]
}

interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: TestToken | null
}

async function opened (t: Test, file: object = MOUNTED, more: Parameters<typeof gatewayWithUpstreams>[1] = {}) {
  const parts = await gatewayWithUpstreams(t, { files: await restFiles(file), ...more })
  const { gateway } = parts
  const send = async ({ method = 'GET', url, body, headers = {}, token = READING }: Sent) => {
    const answer = await gateway.app.inject({
      method,
      url: `/mcp/tools${url}`,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${gateway.authorizationServer.issue(token)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) })
    })
    const text = answer.body
    return { status: answer.statusCode, headers: answer.headers, text, json: text === '' ? undefined : JSON.parse(text) as JsonObject }
  }
  return { ...parts, send }
}

const answering = (status: number, body: string, contentType = 'application/json') => () => ({
  kind: 'answered' as const, result: { content: [{ type: 'text', text: body }] }, http: { status, contentType, body }
})

t.test('a request finds its operation by method and path, and gets what the API answered', async t => {
  covers('rest.plain-http-finds-operation')
  const { send, stub } = await opened(t)
  stub.answer = answering(200, '{"id":7}')
  const found = await send({ url: '/orders/7' })
  t.match(found, { status: 200, text: '{"id":7}' })
  t.match(
    found.headers, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  )
  await send({ url: '/orders?limit=5&tags=a&tags=b%26c' })
  stub.answer = answering(201, '{"id":8}')
  const order = { amount: 1000, currency: 'JPY', lines: [{ sku: 'a', quantity: 1 }] }
  t.match(await send({ method: 'POST', url: '/orders', body: order, token: WRITING }), { status: 201, json: { id: 8 } })
  await send({ method: 'PUT', url: '/orders/7', body: { id: 9, note: 'x' }, token: WRITING })
  t.match(stub.calls.map(({ tool, arguments: args }) => [tool, args]), [
    ['getOrder', { id: 7 }], ['listOrders', { limit: 5, tags: ['a', 'b&c'] }], ['createOrder', { ...order, 'X-Customer': String }],
    ['replaceOrder', { path: { id: 7 }, body: { id: 9, note: 'x' } }]
  ])
})

t.test('the gate is the same: 401 and 403 with the challenges of MCP, and an OAuth error in the body', async t => {
  covers('rest.plain-http-same-checks')
  const { send, stub, gateway } = await opened(t)
  const anonymous = await send({ url: '/orders/7', token: null })
  t.match(anonymous, { status: 401, json: { error: 'invalid_request', error_description: 'Access token is required' } })
  const overMcp = await gateway.app.inject({ method: 'POST', url: '/mcp', payload: {} })
  t.equal(anonymous.headers['www-authenticate'], overMcp.headers['www-authenticate'])
  const scope = await send({ method: 'POST', url: '/orders', body: { amount: 1, currency: 'JPY' } })
  t.match(scope, { status: 403, json: { error: 'insufficient_scope', scope: 'orders:write' } })
  t.match(scope.headers['www-authenticate'], /error="insufficient_scope".*scope="orders:write"/)
  const wrongAndWithoutScope = await send({ method: 'POST', url: '/orders?admin=1', body: { role: 'x' } })
  t.match(wrongAndWithoutScope.json, { error: 'insufficient_scope' }, 'what is wrong with arguments is told after the scope')
  const limit = await send({ method: 'POST', url: '/orders', body: { amount: 1001, currency: 'JPY' }, token: WRITING })
  t.match(limit, { status: 403, json: { error: 'insufficient_authorization' } })
  t.match(limit.headers['www-authenticate'], /authorization_remediation="/)
  t.equal(stub.calls.length, 0)
})

t.test('arguments are read strictly, and what is refused is never sent', async t => {
  covers('rest.plain-http-finds-operation', 'rest.only-what-the-document-names')
  const { send, stub } = await opened(t)
  const order = { amount: 1, currency: 'JPY' }
  const each = collected(t)
  const cases: ReadonlyArray<readonly [Sent, number]> = [
    [
      { url: '/orders?limit=1&limit=2' }, 400
    ], [{ url: '/orders?Limit=1' }, 400], [{ url: '/orders?constructor=1' }, 400], [{ url: '/orders/..' }, 404],
    [{ url: '/orders/%2e%2e' }, 404], [{ url: '/orders/a%00b' }, 400], [{ url: '/orders/..%2Fadmin' }, 400], [{ url: '/orders/%zz' }, 400],
    [{ url: '/orders/7/' }, 404], [{ url: '/orders//' }, 404], [{ url: '//orders' }, 404], [{ url: '/Orders' }, 404],
    [{ url: '/orders;a=1' }, 404],
    [{ url: `/orders/${'7'.repeat(3000)}` }, 404], [{ url: '/__proto__' }, 404], [
      { method: 'DELETE', url: '/orders/7', token: WRITING }, 405
    ],
    [{ method: 'POST', url: '/orders', body: { ...order, 'X-Customer': 'x' }, token: WRITING }, 400],
    [{ method: 'POST', url: '/orders', body: order, headers: { 'x-customer': 'somebody' }, token: WRITING }, 400],
    [{ method: 'POST', url: '/orders', body: { ...order, admin: true }, token: WRITING }, 400],
    [{ method: 'POST', url: '/orders', body: { ...order, lines: [{ admin: true }] }, token: WRITING }, 400],
    [
      { method: 'POST', url: '/orders', body: [order], token: WRITING }, 400
    ], [{ method: 'POST', url: '/orders', body: null, token: WRITING }, 400],
    [{ method: 'POST', url: '/orders', body: { ...order, amount: '1' }, token: WRITING }, 400],
    [{ method: 'PUT', url: '/orders/7?id=8', body: {}, token: WRITING }, 400],
    [{ method: 'POST', url: '/orders', body: order, headers: { 'content-type': 'text/plain' }, token: WRITING }, 415],
    [{ url: '/orders?access_token=x' }, 400]
  ]
  for (const [sent, status] of cases) {
    const answer = await send(sent)
    each.equal(answer.status, status, JSON.stringify(sent))
    each.equal(typeof answer.json?.['error'], 'string', JSON.stringify(sent))
  }
  each.equal(stub.calls.length, 0, 'nothing was sent')
  each.equal((await send({ method: 'DELETE', url: '/orders/7' })).headers['allow'], 'GET, PUT')
  each.end()
})

t.test('an error of the API keeps its status; one about credentials or an outage is the answer of the gateway', async t => {
  covers('rest.plain-http-same-checks', 'rest.status-decides-execution')
  const { send, stub } = await opened(t)
  const each = collected(t)
  stub.answer = answering(404, '{"error":"none"}')
  each.match(await send({ url: '/orders/7' }), { status: 404, json: { error: 'none' } })
  stub.answer = answering(204, '')
  each.match(await send({ url: '/orders/7' }), { status: 204, text: '' })
  stub.answer = answering(407, '{}')
  each.match(await send({ url: '/orders/7' }), { status: 502 })
  stub.answer = () => ({ kind: 'not-executed', reason: 'credentials-rejected' })
  each.match(await send({ url: '/orders/7' }), { status: 502, json: { error: 'server_error', code: 'GW_UPSTREAM_CREDENTIALS' } })
  stub.answer = () => ({ kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 7 })
  each.match(
    await send({ url: '/orders/7' }), { status: 503, headers: { 'retry-after': '7' }, json: { error: 'temporarily_unavailable' } }
  )
  each.end()
})

t.test('the table of tools says how each is called without MCP', async t => {
  covers('rest.plain-http-finds-operation')
  const { gateway } = await opened(t)
  const { tools } = (await gateway.app.inject('/mcp/tools')).json<{ tools: ReadonlyArray<{ name: string, http?: object }> }>()
  t.match(tools, [{ name: 'explain_authorization' }, { name: 'orders_listOrders', http: { method: 'GET', path: '/orders' } }])
  t.equal(tools[0]?.http, undefined)
})

t.test('without plainHttp there is no such route', async t => {
  covers('rest.plain-http-off')
  const { gateway } = await gatewayWithUpstreams(t, { files: await restFiles() })
  t.equal(gateway.app.hasRoute({ method: 'GET', url: '/mcp/tools/*' }), false)
  t.equal((await gateway.app.inject('/mcp/tools/orders/7')).statusCode, 404)
})

t.test('a path before the operations keeps several APIs apart, and two operations of one shape are a mistake', async t => {
  covers('rest.plain-http-finds-operation')
  const below = withMember(ORDERS, ['transport', 'openapi', 'plainHttp'], '/shop')
  const { send, stub } = await opened(t, below)
  stub.answer = answering(200, '{}')
  t.equal((await send({ url: '/shop/orders/7' })).status, 200)
  t.equal((await send({ url: '/orders/7' })).status, 404)
  const files = await restFiles(MOUNTED)
  const second = await restFiles(MOUNTED, withMember(ORDERS_DOCUMENT, ['info', 'title'], 'Second'))
  const other = { ...(MOUNTED as object), name: 'second', detailsTypes: {}, tools: { getOrder: { effect: 'read', scopes: ['a'] } } }
  const lock = (second['orders.lock.json'] as string).replace('"upstream": "orders"', '"upstream": "second"')
  t.match(
    mistakesIn({ ...files, 'second.json': other, 'second.lock.json': lock }),
    [/tools\.getOrder .*GET \/orders\/\{\} is an operation in orders\.json already/]
  )
})

t.test('a call over plain HTTP has a span below that of its request, with the decision and nothing of the arguments', async t => {
  covers('operations.traces')
  const collector = await startTraceCollector()
  t.teardown(collector.close)
  const { send, stub, gateway } = await opened(t, MOUNTED, { traces: collector.endpoint })
  stub.answer = answering(200, '{"id":70007}')
  await send({ url: '/orders/70007' })
  await send({ method: 'POST', url: '/orders', body: { amount: 1, currency: 'JPY' } })
  await gateway.app.close()
  const spans = collector.spans()
  const requests = spans.filter(({ name }) => name.endsWith(' /mcp/tools/*')).map(({ spanId }) => spanId)
  const operations = spans.filter(({ name }) => name.startsWith('execute_tool '))
  t.strictSame(operations.map(({ name, parentSpanId }) => [name, requests.includes(parentSpanId ?? '')]), [
    ['execute_tool orders_getOrder', true], ['execute_tool orders_createOrder', true]
  ])
  t.match(collector.text(), 'insufficient-scope')
  t.notMatch(collector.text(), '70007')
})
