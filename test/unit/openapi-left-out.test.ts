// What of an OpenAPI document becomes no tool or no argument: styles, bodies, headers and references that are not supported.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openapiListing } from '../../src/openapi/openapi-listing.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { documentOf, inQuery, json, listed, only, text } from '../support/openapi-documents.ts'

t.test('the styles of lists in a query are a closed list', async t => {
  covers('rest.unsupported-is-left-out')
  const list = { type: 'array', items: text }
  const each = collected(t)
  for (const [parameter, style] of [
    [{}, 'repeat'], [{ explode: false }, 'comma'], [
      { style: 'spaceDelimited', explode: false }, 'space'
    ], [{ style: 'pipeDelimited', explode: false }, 'pipe'],
    [{ style: 'pipeDelimited' }, 'pipe'], [{ style: 'deepObject' }, undefined]
  ] as const) {
    const { request, leftOut } = await only({ parameters: [inQuery('a', { schema: list, ...parameter })] })
    each.equal(request?.parameters[0]?.style, style, JSON.stringify(parameter))
    each.equal(leftOut.length, style === undefined ? 1 : 0, JSON.stringify(parameter))
  }
  each.end()
})

t.test('what is not supported is said with its reason: an optional argument is left out, else the whole operation', async t => {
  covers('rest.unsupported-is-left-out')
  const each = collected(t)
  const cookie = { name: 'c', in: 'cookie', schema: text }
  for (const [operation, place, found] of [
    [{ parameters: [cookie] }, {}, 'op: the argument c was left out: in cookie'],
    [{ parameters: [{ ...cookie, required: true }] }, {}, 'op (GET /a) was left out: the parameter c: in cookie'],
    [
      { parameters: [inQuery('f', { schema: { type: 'object' }, required: true })] }, {},
      'op (GET /a) was left out: the parameter f: an object'
    ],
    [
      { parameters: [inQuery('f', { schema: { type: ['string', 'array'] } })] }, {},
      'op: the argument f was left out: a list or something else'
    ],
    [
      { parameters: [{ name: 'Cookie', in: 'header', schema: text }] }, {},
      'op: the argument Cookie was left out: a header that is no argument'
    ],
    [
      { parameters: [{ name: 'X-Forwarded-For', in: 'header', schema: text }] }, {},
      'op: the argument X-Forwarded-For was left out: a header that is no argument'
    ],
    [
      { parameters: [{ name: 'a\r\nB', in: 'header', schema: text }] }, {},
      'op: the argument a\r\nB was left out: a header that is no argument'
    ],
    [
      { requestBody: { content: { 'multipart/form-data': {} } } }, { method: 'post' },
      'op (POST /a) was left out: a body of multipart/form-data; only JSON is sent'
    ],
    [json(text), {}, 'op (GET /a) was left out: a body with GET'],
    [{ servers: [{ url: 'https://other.example' }] }, {}, 'op (GET /a) was left out: it has its own address (servers)'],
    [{}, { path: '/a/{id}' }, 'op (GET /a/{id}) was left out: its path names {id}, which is no parameter'],
    [{}, { path: '/a?b=1' }, 'op (GET /a?b=1) was left out: its path has characters that a path cannot have'],
    [{}, { path: '/a/../b' }, 'op (GET /a/../b) was left out: its path has characters that a path cannot have'],
    [{}, { path: '/a#b' }, 'op (GET /a#b) was left out: its path has characters that a path cannot have'],
    [
      { parameters: [{ name: 'id', in: 'path', style: 'matrix', schema: text }] }, { path: '/{id}' },
      'op (GET /{id}) was left out: the parameter id: style matrix'
    ],
    [{ parameters: [inQuery('__proto__')] }, {}, undefined],
    [
      { parameters: [inQuery('constructor')] }, {},
      'op (GET /a) was left out: a parameter whose name cannot be that of an argument: constructor'
    ]
  ] as const) {
    const { leftOut } = await only(operation, place)
    each.equal(leftOut[0], found, JSON.stringify(operation))
  }
  each.end()
})

t.test('a header that the gateway sends itself is no argument, however the document spells it', async t => {
  covers('rest.only-what-the-document-names')
  const header = (name: string) => ({ name, in: 'header', required: true, schema: text })
  const document = documentOf({
    '/a': { get: { operationId: 'op', parameters: [header('X-Api-Key'), header('authorization'), header('Accept'), header('If-Match')] } }
  })
  const { requests } = await listed(document, ['x-api-key'])
  t.strictSame(requests.get('op')?.parameters.map(({ name }) => name), ['If-Match'])
})

t.test('references within the document are written out, and none leads outside', async t => {
  covers('rest.references-stay-inside')
  const components = {
    schemas: {
      Line: {
        type: 'object',
        properties: { id: { type: 'integer', readOnly: true }, sku: { $ref: '#/components/schemas/Sku' } },
        required: ['id', 'sku']
      },
      Sku: text,
      Tree: { type: 'object', properties: { name: text, children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } },
      Self: { $ref: '#/components/schemas/Self' }
    }
  }
  const found = async (schema: object) => only(json(schema, { required: true }), { method: 'post', more: { components } })
  const line = await found({ $ref: '#/components/schemas/Line' })
  t.strictSame(line.schema, { type: 'object', properties: { sku: text }, required: ['sku'] })
  const tree = await found({ $ref: '#/components/schemas/Tree' })
  t.strictSame(tree.schema, {
    type: 'object',
    properties: { name: text, children: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
    $defs: { Tree: { type: 'object', properties: { name: text, children: { type: 'array', items: { $ref: '#/$defs/Tree' } } } } }
  })
  const each = collected(t)
  for (const [$ref, why] of [
    ['other.yaml#/A', 'a reference to another document; bundle them into one'], [
      'https://evil.example/a', 'a reference to another document; bundle them into one'
    ],
    [
      'file:///etc/passwd', 'a reference to another document; bundle them into one'
    ], ['#/components/schemas/None', 'a reference that leads nowhere'],
    ['#/__proto__/polluted', 'a reference that leads nowhere'], ['#/constructor', 'a reference that leads nowhere']
  ] as const) {
    const { leftOut } = await found({ type: 'object', properties: { a: { $ref } } })
    each.equal(leftOut[0], `op (POST /a) was left out: ${why}`, $ref)
  }
  each.ok((await found({ $ref: '#/components/schemas/Self' })).tool, 'a schema that is itself')
  each.end()
})

t.test('a schema that would be long has each part once; one without end is left out', async t => {
  covers('rest.references-stay-inside')
  const schemas = Object.fromEntries(Array.from({ length: 20 }, (_, level) => [`S${level}`, level === 19
    ? text
    : {
        type: 'object',
        properties: { a: { $ref: `#/components/schemas/S${level + 1}` }, b: { $ref: `#/components/schemas/S${level + 1}` } }
      }]))
  const wide = await only(json({ $ref: '#/components/schemas/S0' }), { method: 'post', more: { components: { schemas } } })
  t.equal(Object.keys(wide.schema?.['$defs'] as JsonObject).length, 20)
  t.ok(JSON.stringify(wide.tool).length < 5000)
  const huge = { type: 'object', properties: Object.fromEntries(Array.from({ length: 30_000 }, (_, number) => [`m${number}`, text])) }
  t.strictSame((await only(json(huge), { method: 'post' })).leftOut, ['op (POST /a) was left out: its schemas are too large'])
})

t.test('what is no OpenAPI document is refused with a sentence', async t => {
  covers('rest.unsupported-is-left-out')
  const each = collected(t)
  for (const [document, error] of [
    ['', 'expected an OpenAPI document: JSON or YAML with an object'], ['[]', 'expected an OpenAPI document: JSON or YAML with an object'],
    ['{"openapi":', 'expected an OpenAPI document: JSON or YAML with an object'], [
      '{"swagger":"2.0"}', 'a Swagger 2.0 document: convert it to OpenAPI 3 first'
    ],
    ['{"openapi":"3.2.0"}', 'expected "openapi" 3.0 or 3.1'], ['{"openapi":3.1}', 'expected "openapi" 3.0 or 3.1'], [
      '{"openapi":"3.10.0"}', 'expected "openapi" 3.0 or 3.1'
    ]
  ] as const) {
    each.strictSame(await openapiListing(document, { ownHeaders: [] }), { ok: false, error }, document)
  }
  for (const paths of [
    null, [], { '/a': null }, { '/a': { get: 5 } }, { 'x-a': {} }, { '/a': { parameters: 5, get: { parameters: [null] } } }
  ]) {
    each.equal((await openapiListing(documentOf(paths as object), { ownHeaders: [] })).ok, true, JSON.stringify(paths))
  }
  each.end()
})
