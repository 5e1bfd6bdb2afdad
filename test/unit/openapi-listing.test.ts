// OpenAPI documents as a review reads them: which operations become tools, with which arguments and which request.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { apiAddress } from '../../src/openapi/api-address.ts'
import { openapiListing } from '../../src/openapi/openapi-listing.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { documentOf, inQuery, json, listed, only, text } from '../support/openapi-documents.ts'

t.test('an operation is a tool: its words, its arguments and its request', async t => {
  covers('rest.operations-become-tools')
  const { tool, request, revision, server } = await only({
    summary: 'Change an order',
    description: 'Changes it.',
    parameters: [
      inQuery('notify', { schema: { type: 'boolean' }, description: 'By mail' })
    ],
    ...json({ type: 'object', properties: { status: text }, required: ['status'], 'x-secret': 1 }, { required: true })
  }, {
    path: '/orders/{id}',
    method: 'patch',
    item: { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }] }
  })
  t.strictSame([revision, server], ['openapi-3.1', { name: 'Shop', version: '2' }])
  t.strictSame(tool, {
    name: 'op',
    title: 'Change an order',
    description: 'Change an order\n\nChanges it.',
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'integer' }, notify: { type: 'boolean', description: 'By mail' }, status: text },
      required: ['id', 'status']
    },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false }
  })
  t.strictSame(request, {
    method: 'PATCH',
    path: '/orders/{id}',
    parameters: [
      { in: 'path', name: 'id', style: 'value', required: true, at: ['id'] }, {
        in: 'query',
        name: 'notify',
        style: 'value',
        required: false,
        at: ['notify']
      }
    ],
    body: { contentType: 'application/json', required: true, members: ['status'] }
  })
})

t.test('names that two places share, also in another case, become objects of their own', async t => {
  covers('rest.operations-become-tools')
  const { schema, request } = await only({
    parameters: [{ name: 'id', in: 'path', required: true, schema: text }], ...json({ type: 'object', properties: { ID: text } })
  }, { path: '/a/{id}', method: 'put' })
  t.strictSame(schema, {
    type: 'object',
    properties: {
      path: { type: 'object', properties: { id: text }, required: ['id'], additionalProperties: false },
      body: { type: 'object', properties: { ID: text } }
    },
    required: ['path']
  })
  t.strictSame([request?.parameters[0]?.at, request?.body?.at], [['path', 'id'], ['body']])
})

t.test('a body that is no plain object with named members is one argument', async t => {
  covers('rest.operations-become-tools')
  const each = collected(t)
  for (const schema of [
    { type: 'array', items: text }, text, { type: 'object' }, { type: 'object', properties: { a: text }, additionalProperties: true },
    { allOf: [{ type: 'object', properties: { a: text } }] }, { type: 'object', properties: { 'a b': text } }
  ]) {
    const { request } = await only(json(schema), { method: 'post' })
    each.strictSame(request?.body?.at, ['body'], JSON.stringify(schema))
  }
  each.end()
})

t.test('argument names are those that models accept, and the request keeps the name of the server', async t => {
  covers('rest.operations-become-tools')
  const { request, schema } = await only({ parameters: [inQuery('filter[a]'), inQuery('$top')] })
  t.strictSame(Object.keys(schema?.['properties'] as JsonObject), ['filter_a', 'top'])
  t.strictSame(request?.parameters.map(({ name, at }) => [name, ...at]), [['filter[a]', 'filter_a'], ['$top', 'top']])
})

t.test('operations without a usable name get one from method and path; two of one name get a mark each', async t => {
  covers('rest.operations-become-tools')
  const long = 'x'.repeat(80)
  const { tools } = await listed(documentOf({
    '/a/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true, schema: text }] } },
    '/b': { get: { operationId: 'same/name' }, post: { operationId: 'same name' } },
    '/c': { get: { operationId: long } }
  }))
  const names = tools.map(({ name }) => name as string)
  t.equal(names[0], 'get_a_id')
  t.match(names[1], /^same_name_[0-9a-f]{6}$/)
  t.match(names[2], /^same_name_[0-9a-f]{6}$/)
  t.match(names[3], /^x{41}_[0-9a-f]{6}$/)
  t.equal(new Set(names).size, 4)
})

t.test('schemas of 3.0 are said in JSON Schema 2020-12', async t => {
  covers('rest.operations-become-tools')
  const properties = {
    a: {
      type: 'string',
      nullable: true,
      enum: ['x'],
      example: 'x'
    },
    b: { type: 'number', minimum: 0, exclusiveMinimum: true },
    c: { type: 'number', minimum: 1, exclusiveMinimum: false },
    d: { nullable: true, allOf: [{ type: 'object', properties: { e: text } }] }
  }
  const { schema } = await only(json({ type: 'object', properties }), { method: 'post', more: { openapi: '3.0.3' } })
  t.strictSame(schema?.['properties'], {
    a: { type: ['string', 'null'], enum: ['x', null] },
    b: { type: 'number', exclusiveMinimum: 0 },
    c: { type: 'number', minimum: 1 },
    d: { anyOf: [{ allOf: [{ type: 'object', properties: { e: text } }] }, { type: 'null' }] }
  })
})

t.test('scopes are proposed from the security of the document', async t => {
  covers('rest.scopes-proposed')
  const each = collected(t)
  const more = { security: [{ key: [] }, { oauth: ['a:read', 'a:write'] }] }
  for (const [operation, scopes] of [
    [{}, ['a:read', 'a:write']], [{ security: [{ oauth: ['b'] }] }, ['b']], [{ security: [] }, []], [
      { security: [{ oauth: ['two words', '"'] }] }, []
    ], [{ security: 'x' }, []]
  ] as const) {
    const { documentScopes } = await only(operation, { more })
    each.strictSame(documentScopes.get('op'), scopes, JSON.stringify(operation))
  }
  each.end()
})

t.test('a document may be YAML, where a date and a no are texts', async t => {
  covers('rest.operations-become-tools')
  const yaml = `openapi: 3.0.1
info: { title: Dates, version: 2026-11-28 }
paths:
  /a:
    get:
      operationId: op
      description: no
      parameters: [{ name: q, in: query, schema: { type: string, enum: [no, 2026-01-01] } }]
`
  const { server, tools } = await listed(yaml)
  t.strictSame(server, { name: 'Dates', version: '2026-11-28' })
  t.strictSame((tools[0]?.['inputSchema'] as JsonObject)['properties'], { q: { type: 'string', enum: ['no', '2026-01-01'] } })
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghi', (name, index) => `${name}: &${name} [
    ${Array(9).fill(`*${'abcdefgh'[index] ?? 'a'}`).join(',')}
  ]`).join('\n')}\nopenapi: 3.0.0`
  t.match(await openapiListing(bomb, { ownHeaders: [] }), { ok: false })
})

t.test('the address of the API is the first of the document', async t => {
  covers('rest.operations-become-tools')
  const each = collected(t)
  for (const [servers, documentUrl, address] of [
    [[{ url: 'https://api.example/v1/' }], undefined, 'https://api.example/v1'], [
      [{ url: '/v2' }], 'https://a.example/x/openapi.json', 'https://a.example/v2'
    ],
    [[{ url: '/v2' }], undefined, undefined], [
      [{ url: 'https://{host}/v1', variables: { host: { default: 'b.example' } } }], undefined, 'https://b.example/v1'
    ],
    [
      [{ url: 'https://{host}/v1' }], undefined, undefined
    ], [[{ url: 'ftp://a.example' }], undefined, undefined], [[], undefined, undefined], [undefined, undefined, undefined]
  ] as const) {
    each.equal(await apiAddress(documentOf({}, { servers }), documentUrl), address, JSON.stringify(servers))
  }
  each.end()
})
