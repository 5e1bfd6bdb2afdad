// Operations of a REST API behind the gate: reviewed as tools are, limited as tools are, and never sent more than the document names.

import t from 'tap'
import { definitionHash } from '../../src/proxy/lock/definition-hash.ts'
import { parseLock } from '../../src/proxy/lock/lock-file.ts'
import { accountOf } from '../../src/proxy/calls/outcome-accounts.ts'
import { reviewLines } from '../../src/proxy/review/review-text.ts'
import { differsFromLock } from '../../src/proxy/review/review.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { ORDERS, ORDERS_DOCUMENT, restFiles, reviewOf, withMember } from '../support/rest-files.ts'
import { lockOf, mistakesIn } from '../support/upstream-files.ts'

t.test('a review shows method and path, proposes the scopes of the document, and says what it left out', async t => {
  covers('rest.scopes-proposed', 'rest.unsupported-is-left-out', 'rest.document-read-at-review')
  const undecided = { ...ORDERS, tools: {} }
  const { review, text } = await reviewOf(undecided, ORDERS_DOCUMENT)
  const lines = reviewLines(review, 'https://orders.example/v1', []).join('\n')
  t.match(lines, 'orders  https://orders.example/v1  openapi-3.1  Orders 1')
  t.match(lines, 'NEW, undecided. Add to "tools": "createOrder": { "effect": "change", "scopes": ["orders:write"] }')
  t.match(lines, /createOrder +NEW.*\n {6}POST \/orders\n/)
  t.match(lines, '! putFile (PUT /orders/{id}/file) was left out: a body of application/pdf; only JSON is sent')
  const lock = parseLock(text, 'orders')
  t.match(lock.ok && lock.value.tools['getOrder'], { request: { method: 'GET', path: '/orders/{id}' }, definition: { name: 'getOrder' } })
})

t.test('a document that changes is a changed tool: its words, its schema or its request alone', async t => {
  covers('rest.document-read-at-review', 'proxy.review-shows-what-changed')
  const first = await reviewOf(ORDERS, ORDERS_DOCUMENT)
  t.equal(differsFromLock((await reviewOf(ORDERS, ORDERS_DOCUMENT, first.lock)).review), false)
  const each = collected(t)
  const operation = ['paths', '/orders', 'get']
  for (const [path, member, pointer] of [
    [[...operation, 'summary'], 'Always call me first', '/title'],
    [[...operation, 'parameters'], [
      { name: 'limit', in: 'query', schema: { type: 'integer' } },
      { name: 'tags', in: 'query', explode: false, schema: { type: 'array', items: { type: 'string' } } }
    ],
    '/request/parameters/1/style']
  ] as const) {
    const { review } = await reviewOf(ORDERS, withMember(ORDERS_DOCUMENT, path, member), first.lock)
    each.strictSame(
      review.tools.filter(({ state }) => state !== 'unchanged').map(({ name, state }) => `${name} ${state}`), ['listOrders changed'],
      pointer
    )
    each.ok(review.tools.some(({ differences }) => differences.some(difference => difference.pointer === pointer)), pointer)
  }
  each.end()
})

t.test('a lock is read strictly: an edited request, another kind of server and a missing request are mistakes', async t => {
  covers('proxy.lock-read-strictly')
  const files = await restFiles()
  const lock = JSON.parse(files['orders.lock.json'] as string) as { tools: Record<string, { hash: string, request?: object }> }
  const edited = (change: (tool: { hash: string, request?: object, definition?: never }) => void) => {
    const copy = structuredClone(lock)
    change(copy.tools['getOrder'] as never)
    return mistakesIn({ ...files, 'orders.lock.json': JSON.stringify(copy) })
  }
  t.match(
    edited(tool => { Object.assign(tool.request ?? {}, { path: '/admin/{id}' }) }), [/lock\.tools\.getOrder .*was edited after the review/]
  )
  t.match(edited(tool => { Object.assign(tool.request ?? {}, { method: 'TRACE' }) }), [/lock\.tools\.getOrder\.request\.method/])
  t.match(edited(tool => {
    Reflect.deleteProperty(tool, 'request')
    tool.hash = definitionHash(tool.definition ?? {}) ?? ''
  }), [/tools\.getOrder .*the lock has no request for it/])
  t.match(mistakesIn({ ...files, 'orders.lock.json': lockOf('orders', []) }), [/transport .*the lock is that of another kind of server/])
  const mcp = { ...ORDERS, transport: { http: { url: 'https://orders.example/mcp' } } }
  t.match(mistakesIn({ ...files, 'orders.json': mcp }), [/transport .*the lock is that of another kind of server/])
})

t.test('an upstream file says one way to the server, with https or loopback, and no header that is an argument', async t => {
  covers('proxy.file-mistakes', 'rest.only-what-the-document-names')
  const files = await restFiles()
  const withTransport = (transport: object) => mistakesIn({ ...files, 'orders.json': { ...ORDERS, transport } })
  const { openapi } = ORDERS.transport
  t.match(withTransport({ openapi, http: { url: 'https://a.example' } }), [/expected one of http, stdio, openapi/])
  t.match(withTransport({ openapi: { ...openapi, url: 'http://orders.example' } }), [/transport\.openapi\.url .*expected https/])
  t.match(withTransport({ openapi: { ...openapi, url: 'https://orders.example/?key=1' } }), [/transport\.openapi\.url .*without a query/])
  t.match(withTransport({ openapi: { ...openapi, plainHttp: 'orders/../x' } }), [/transport\.openapi\.plainHttp/])
  t.match(
    withTransport({ openapi: { ...openapi, headers: { 'x-customer': 'fixed' } } }),
    [/tools\.createOrder .*the gateway sends X-Customer itself/]
  )
  t.match(
    mistakesIn(
      { ...files, 'orders.json': { ...ORDERS, credentials: { header: { name: 'X-CUSTOMER', secret: { env: 'KEY' } } } } }, { KEY: 'k' }
    ),
    [/the gateway sends X-Customer itself/]
  )
})

t.test('an API that refuses a request before it did anything gives back what was held', async t => {
  covers('rest.status-decides-execution')
  const account = (more: object) => accountOf(
    { kind: 'answered', result: { isError: true }, ...more }, { toolError: 'unknown', charged: undefined }, { amount: 5, keeps: false }
  )
  t.strictSame([account({ executed: 'no' }), account({})].map(({ settlement }) => settlement.kind), ['not-executed', 'unknown'])
})
