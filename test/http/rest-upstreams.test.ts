// A REST API as an upstream, over real sockets: what a reply means, what is sent, and what an API cannot do to the gateway.

import t, { type Test } from 'tap'
import { Cancellation } from '../../src/kernel/cancellation.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import type { RequestTemplate } from '../../src/upstream/rest/request-template.ts'
import type { UpstreamCall, UpstreamLimits } from '../../src/upstream/upstream-port.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { sendJson, startRestApi } from '../support/rest-api.ts'
import { inga } from '../support/upstream-under-test.ts'

const GET: RequestTemplate = {
  method: 'GET', path: '/orders/{id}', parameters: [{ in: 'path', name: 'id', at: ['id'], style: 'value', required: true }]
}
const POST: RequestTemplate = {
  method: 'POST',
  path: '/orders',
  parameters: [],
  body: { contentType: 'application/json', required: true, members: ['note'] }
}

async function opened (t: Test, limits: Partial<UpstreamLimits> = {}, base = '') {
  const api = await startRestApi(t)
  const upstream = createUpstream('shop', {
    transport: { kind: 'rest', url: `${api.url}${base}`, headers: { 'X-Key': 'k' }, operations: { get_order: GET, create_order: POST } },
    isolation: 'client',
    limits: { timeoutMs: 5000, idleMs: 60_000, maxConnections: 10, concurrent: 4, maxResultBytes: 4096, ...limits },
    revision: 'openapi-3.1'
  }, { clock: systemClock })
  t.teardown(() => upstream.close(0))
  const call = (more: Partial<UpstreamCall> = {}) => {
    return upstream.call({ tool: 'get_order', arguments: { id: 7 }, caller: inga, changes: false, ...more })
  }
  return { api, upstream, call }
}

t.test('a call is one request with the arguments in their places, and its JSON is the result', async t => {
  covers('rest.operations-become-tools')
  const { api, call } = await opened(t, {}, '/v1')
  t.strictSame(await call({
    arguments: { id: 'a/b' }, caller: { ...inga, credential: { bearer: () => 'Bearer exchanged' } }, trace: { traceparent: '00-1-2-01' }
  }), {
    kind: 'answered',
    result: { content: [{ type: 'text', text: '{"done":true}' }], structuredContent: { done: true } },
    http: { status: 200, contentType: 'application/json', body: '{"done":true}' }
  })
  await call({ tool: 'create_order', arguments: { note: 'x', admin: true }, changes: true })
  t.match(api.seen, [
    {
      method: 'GET',
      url: '/v1/orders/a%2Fb',
      body: '',
      headers: { 'x-key': 'k', authorization: 'Bearer exchanged', traceparent: '00-1-2-01', 'accept-encoding': 'identity' }
    },
    { method: 'POST', url: '/v1/orders', body: '{"note":"x"}', headers: { 'content-type': 'application/json' } }
  ])
  t.equal(api.seen[1]?.headers.authorization, undefined)
})

t.test('the status says whether the call was made', async t => {
  covers('rest.status-decides-execution')
  const { api, call } = await opened(t)
  const each = collected(t)
  const error = (status: number, executed?: 'no') => ({
    kind: 'answered',
    result: { content: [{ type: 'text', text: `HTTP ${status}: {"error":"why"}` }], isError: true },
    ...(executed === undefined ? {} : { executed }),
    http: { status, contentType: 'application/json', body: '{"error":"why"}' }
  })
  for (const [status, get, post] of [
    [400, error(400, 'no'), error(400, 'no')], [403, error(403, 'no'), error(403, 'no')], [404, error(404, 'no'), error(404, 'no')],
    [408, error(408), error(408)], [409, error(409), error(409)], [422, error(422, 'no'), error(422, 'no')],
    [401, { kind: 'not-executed', reason: 'credentials-rejected' }, { kind: 'not-executed', reason: 'credentials-rejected' }],
    [
      429, { kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 3 },
      { kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 3 }
    ],
    [
      503, { kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 3 },
      { kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 3 }
    ],
    [500, { kind: 'unknown', reason: 'unexpected-status' }, { kind: 'unknown', reason: 'unexpected-status' }],
    [302, { kind: 'not-executed', reason: 'redirect' }, { kind: 'unknown', reason: 'redirect' }],
    [308, { kind: 'not-executed', reason: 'redirect' }, { kind: 'not-executed', reason: 'redirect' }]
  ] as const) {
    api.answer = response => { sendJson(response, status, { error: 'why' }, { 'retry-after': '3', location: `${api.url}/elsewhere` }) }
    each.strictSame(await call(), get, `GET ${status}`)
    each.strictSame(await call({ tool: 'create_order', arguments: {}, changes: true }), post, `POST ${status}`)
  }
  each.notOk(api.seen.some(({ url }) => url === '/elsewhere'), 'no redirect was followed')
  each.end()
})

t.test('a result is text where it is text, and what is neither text nor JSON is named and not passed on', async t => {
  covers('rest.status-decides-execution')
  const { api, call } = await opened(t)
  const each = collected(t)
  for (const [type, body, result] of [
    ['text/plain; charset=utf-8', 'plain', { content: [{ type: 'text', text: 'plain' }] }],
    ['application/problem+json', '{"a":1}', { content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } }],
    ['application/json', 'not json', { content: [{ type: 'text', text: 'not json' }] }],
    ['application/json', '[1]', { content: [{ type: 'text', text: '[1]' }], structuredContent: [1] }],
    ['image/png', '\u0001\u0002', { content: [{ type: 'text', text: '2 bytes of image/png' }] }],
    ['application/json', '', { content: [{ type: 'text', text: 'HTTP 200' }] }]
  ] as const) {
    api.answer = response => { response.writeHead(200, { 'content-type': type }).end(body) }
    const outcome = await call()
    each.strictSame(outcome.kind === 'answered' && outcome.result, result, `${type} ${body}`)
  }
  api.answer = response => { response.writeHead(204).end() }
  each.match(await call(), { kind: 'answered', http: { status: 204, body: '' } })
  each.end()
})

t.test('a reply has a limited size and a limited time, also one that trickles', async t => {
  covers('rest.bounded-exchange')
  const { api, call } = await opened(t)
  api.answer = response => { response.writeHead(200, { 'content-length': '100000' }).end('x'.repeat(100_000)) }
  t.strictSame(await call(), { kind: 'too-large' }, 'announced')
  api.answer = response => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    for (let part = 0; part < 100; part += 1) response.write('x'.repeat(1000))
    response.end()
  }
  t.strictSame(await call(), { kind: 'too-large' }, 'not announced')
  api.answer = response => { response.writeHead(404, { 'content-type': 'text/plain' }).end('x'.repeat(100_000)) }
  t.match(await call(), { kind: 'answered', executed: 'no', http: { status: 404, body: '' } })
  let trickling: NodeJS.Timeout | undefined
  t.teardown(() => { clearInterval(trickling) })
  api.answer = response => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    trickling = setInterval(() => { response.write('x') }, 5)
  }
  t.strictSame(await call({ timeoutMs: 150 }), { kind: 'unknown', reason: 'timeout' })
})

t.test('a connection that ends before the reply leaves the outcome unknown; one that never was, does not', async t => {
  covers('rest.status-decides-execution')
  const { api, call } = await opened(t)
  api.answer = response => { response.socket?.destroy() }
  t.strictSame(await call(), { kind: 'unknown', reason: 'broken-stream' })
  const nobody = createUpstream('shop', {
    transport: { kind: 'rest', url: 'http://127.0.0.1:9', headers: {}, operations: { get_order: GET } },
    isolation: 'client',
    limits: { timeoutMs: 5000, idleMs: 60_000, maxConnections: 10, concurrent: 4, maxResultBytes: 4096 },
    revision: 'openapi-3.1'
  }, { clock: systemClock })
  t.teardown(() => nobody.close(0))
  t.strictSame(
    await nobody.call({ tool: 'get_order', arguments: { id: 1 }, caller: inga, changes: false }),
    { kind: 'not-executed', reason: 'unreachable' }
  )
})

t.test('a caller that goes away ends a read, and never a change', async t => {
  covers('rest.bounded-exchange')
  const { api, call } = await opened(t)
  const left = new Cancellation()
  api.answer = () => { left.abort() }
  t.strictSame(await call({ signal: left }), { kind: 'unknown', reason: 'cancelled' })
  const change = new Cancellation()
  api.answer = response => {
    change.abort()
    sendJson(response, 201, { id: 1 })
  }
  t.match(await call({ tool: 'create_order', arguments: {}, changes: true, signal: change }), { kind: 'answered', http: { status: 201 } })
})

t.test('an argument that does not fit its place is not sent, and neither is an operation that nobody decided on', async t => {
  covers('rest.arguments-stay-in-place')
  const { api, call } = await opened(t)
  t.strictSame(await call({ arguments: { id: '..' } }), { kind: 'not-executed', reason: 'unsendable' })
  t.strictSame(await call({ tool: 'delete_order' }), { kind: 'not-executed', reason: 'unsendable' })
  t.strictSame(await call({ tool: '__proto__' }), { kind: 'not-executed', reason: 'unsendable' })
  t.equal(api.seen.length, 0)
})
