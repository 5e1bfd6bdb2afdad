// What do headers say beside the body? Parameters of tools, names, and the trace a request belongs to.

import t from 'tap'
import { z } from 'zod'
import { GatewayError } from '../../src/kernel/fault.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { defineTool } from '../../src/index.ts'
import { decodeHeaderValue } from '../../src/mcp/mirrored-headers.ts'
import { checkParameterHeaders, parseMirroredParameters } from '../../src/mcp/parameter-headers.ts'
import { createRegistry } from '../../src/mcp/registry.ts'
import { traceContextOf } from '../../src/mcp/trace-context.ts'
import { covers } from '../support/covers.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })
const marked = (name: unknown, type: string = 'string'): JsonObject => ({ type, 'x-mcp-header': name } as JsonObject)

t.test('x-mcp-header — is read where properties alone lead, however deep', async t => {
  covers('eras.parameter-headers')
  const schema = object({
    region: marked('Region'),
    plain: { type: 'number' },
    where: object({ zone: marked('Zone', 'integer'), deep: object({ flag: marked('X!#$', 'boolean') }) })
  })
  t.strictSame(parseMirroredParameters(schema), {
    ok: true,
    value: [
      { name: 'Region', type: 'string', path: ['region'] },
      { name: 'Zone', type: 'integer', path: ['where', 'zone'] },
      { name: 'X!#$', type: 'boolean', path: ['where', 'deep', 'flag'] }
    ]
  })
  t.strictSame(parseMirroredParameters(object({ 'x-mcp-header': { type: 'string' } })), { ok: true, value: [] },
    'a property may have that name')
  const data = object({ a: { type: 'object', default: marked('A'), examples: [marked('B')], const: marked('C'), enum: [marked('D')] } })
  t.strictSame(parseMirroredParameters(data), { ok: true, value: [] }, 'what is data is no schema')
})

t.test('x-mcp-header — a declaration that clients would drop is refused', async t => {
  covers('eras.parameter-headers')
  const inner = object({ a: marked('A') })
  const wrong: ReadonlyArray<[string, JsonObject]> = [
    ['empty', object({ a: marked('') })],
    ['no string', object({ a: marked(1) })],
    ['a blank', object({ a: marked('My Region') })],
    ['a colon', object({ a: marked('Region:') })],
    ['a line feed', object({ a: marked('Region\n') })],
    ['a carriage return', object({ a: marked('Re\rgion') })],
    ['no ASCII', object({ a: marked('Région') })],
    ['a number', object({ a: marked('A', 'number') })],
    ['an object', object({ a: { ...inner, 'x-mcp-header': 'A' } })],
    ['an array', object({ a: { type: 'array', items: { type: 'string' }, 'x-mcp-header': 'A' } })],
    ['null', object({ a: marked('A', 'null') })],
    ['several types', object({ a: { type: ['string', 'null'], 'x-mcp-header': 'A' } })],
    ['no type', object({ a: { 'x-mcp-header': 'A' } })],
    ['twice', object({ a: marked('A'), b: marked('A') })],
    ['twice but for case', object({ a: marked('Region'), b: object({ c: marked('REGION') }) })],
    ['the root', { ...object({}), 'x-mcp-header': 'A' }],
    ['items', object({ a: { type: 'array', items: marked('A') } })],
    ['prefixItems', object({ a: { type: 'array', prefixItems: [marked('A')] } })],
    ['additionalProperties', object({}, { additionalProperties: marked('A') })],
    ['patternProperties', object({}, { patternProperties: { '^a': marked('A') } })],
    ['$defs', object({}, { $defs: { a: marked('A') } })],
    ...['anyOf', 'oneOf', 'allOf'].map(keyword => [keyword, object({}, { [keyword]: [inner] })] as [string, JsonObject]),
    ...['not', 'if', 'then', 'else', 'contains', 'propertyNames'].map(keyword =>
      [keyword, object({}, { [keyword]: inner })] as [string, JsonObject])
  ]
  for (const [name, schema] of wrong) t.notOk(parseMirroredParameters(schema).ok, name)

  const tool = defineTool({
    name: 'marked',
    title: 'Marked',
    description: 'Marked',
    input: z.strictObject({ amount: z.number().meta({ 'x-mcp-header': 'Amount' }) }),
    output: z.strictObject({}),
    access: { scopes: [] },
    run: async () => ({ kind: 'completed', text: '', structured: {} })
  })
  t.throws(() => createRegistry([tool]), GatewayError, 'a registry with such a tool is not made')
})

t.test('Mcp-Param — says what the argument says, or the call is refused', async t => {
  covers('eras.parameter-headers')
  const parsed = parseMirroredParameters(object({
    region: marked('Region'),
    count: marked('Count', 'integer'),
    dry: marked('Dry', 'boolean'),
    where: object({ zone: marked('Zone') })
  }))
  if (!parsed.ok) throw new Error(parsed.error)
  const check = (args: JsonObject | undefined, headers: Record<string, string>) =>
    checkParameterHeaders(parsed.value, args, name => headers[name]) === undefined
  const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`

  const accepted: ReadonlyArray<[string, JsonObject | undefined, Record<string, string>]> = [
    ['no arguments', undefined, {}],
    ['no value', {}, {}],
    ['null', { region: null }, {}],
    ['plain', { region: 'us-west1' }, { 'mcp-param-region': 'us-west1' }],
    ['encoded', { region: 'Hello, 世界' }, { 'mcp-param-region': '=?base64?SGVsbG8sIOS4lueVjA==?=' }],
    ['padded', { region: ' padded ' }, { 'mcp-param-region': '=?base64?IHBhZGRlZCA=?=' }],
    ['what looks encoded', { region: '=?base64?literal?=' }, { 'mcp-param-region': '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=' }],
    ['half a sentinel', { region: '=?base64?SGVsbG8=' }, { 'mcp-param-region': '=?base64?SGVsbG8=' }],
    ['empty text', { region: '' }, { 'mcp-param-region': base64('') }],
    ['an integer', { count: -7 }, { 'mcp-param-count': '-7' }],
    ['the same number', { count: 42 }, { 'mcp-param-count': '42.0' }],
    ['a boolean', { dry: false }, { 'mcp-param-dry': 'false' }],
    ['a nested one', { where: { zone: 'b' } }, { 'mcp-param-zone': 'b' }],
    ['what no header can say is for the schema to refuse', { region: ['a'] }, {}]
  ]
  for (const [name, args, headers] of accepted) t.ok(check(args, headers), name)

  const refused: ReadonlyArray<[string, JsonObject | undefined, Record<string, string>]> = [
    ['missing', { region: 'a' }, {}],
    ['without a value', {}, { 'mcp-param-region': 'a' }],
    ['without arguments', undefined, { 'mcp-param-region': 'a' }],
    ['null and a header', { region: null }, { 'mcp-param-region': 'null' }],
    ['different', { region: 'a' }, { 'mcp-param-region': 'b' }],
    ['another case', { region: 'a' }, { 'mcp-param-region': 'A' }],
    ['sent twice', { region: 'a' }, { 'mcp-param-region': 'a, a' }],
    ['wrong padding', { region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }],
    ['wrong characters', { region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVs!!!bG8=?=' }],
    ['no UTF-8', { region: '\uFFFD' }, { 'mcp-param-region': '=?base64?/w==?=' }],
    ['not ASCII', { region: 'é' }, { 'mcp-param-region': 'é' }],
    ['another number', { count: 42 }, { 'mcp-param-count': '43' }],
    ['another notation', { count: 16 }, { 'mcp-param-count': '0x10' }],
    ['an exponent', { count: 100 }, { 'mcp-param-count': '1e2' }],
    ['a text for a number', { count: '42' }, { 'mcp-param-count': '42.0' }],
    ['another spelling', { dry: true }, { 'mcp-param-dry': 'True' }],
    ['an inherited member', { where: {} }, { 'mcp-param-zone': 'b' }],
    ['an object', { region: {} }, { 'mcp-param-region': '[object Object]' }]
  ]
  for (const [name, args, headers] of refused) t.notOk(check(args, headers), name)
})

t.test('header values — are plain ASCII, or UTF-8 in base64 between the markers', async t => {
  covers('eras.headers-mirror-the-body')
  const cases: ReadonlyArray<[string, string | undefined]> = [
    ['list_tickets', 'list_tickets'],
    ['two words', 'two words'],
    ['=?base64?5LqI57SE?=', '予約'],
    ['=?BASE64?5LqI57SE?=', '=?BASE64?5LqI57SE?='],
    ['=?base64??=', ''],
    ['=?base64?5LqI57S?=', undefined],
    ['=?base64?_-8=?=', undefined],
    ['tab\tinside', 'tab\tinside'],
    ['nul\u0000', undefined],
    ['é', undefined],
    ['', undefined]
  ]
  for (const [value, decoded] of cases) t.equal(decodeHeaderValue(value), decoded, JSON.stringify(value))
})

t.test('trace context — is taken when it is well formed, from the message before the headers', async t => {
  covers('eras.trace-context')
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const parentId = '00f067aa0ba902b7'
  const good = `00-${traceId}-${parentId}-01`
  const body = (meta: object) => ({ params: { _meta: meta } })
  t.strictSame(traceContextOf(body({ traceparent: good }), {}), { traceId, parentId, sampled: true, traceState: undefined })
  t.strictSame(traceContextOf(undefined, { traceparent: good.replace(/01$/, '00'), tracestate: 'a=1' }), { traceId, parentId, sampled: false, traceState: 'a=1' })
  t.equal(traceContextOf(body({ traceparent: good }), { traceparent: good.replaceAll('0af7', '1111') })?.traceId, traceId,
    'the message counts first')
  t.equal(traceContextOf(body({ traceparent: 'nonsense' }), { traceparent: good })?.traceId, traceId, 'unless it is not well formed')
  t.ok(traceContextOf(undefined, { traceparent: `01-${traceId}-${parentId}-03-of the future` }), 'a newer version may hold more')

  const wrong = [
    '', 'x', good.toUpperCase(), `${good} `, `ff-${traceId}-${parentId}-01`, `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`, `00-${traceId}-${parentId}`, `${good}-more`, `${good}, ${good}`, `00-${traceId.slice(1)}-${parentId}-01`
  ]
  for (const traceparent of wrong) t.equal(traceContextOf(undefined, { traceparent }), undefined, traceparent)
  for (const shape of [null, 'text', [], { params: [] }, { params: { _meta: 'x' } }, body({ traceparent: 1 }),
    body({ traceparent: [good] })]) {
    t.equal(traceContextOf(shape, {}), undefined, JSON.stringify(shape))
  }

  const stateOf = (tracestate: string) => traceContextOf(undefined, { traceparent: good, tracestate })?.traceState
  t.equal(stateOf('rojo=00f067aa0ba902b7, congo=t61rcWkgMzE,'), 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')
  t.equal(stateOf('fw529a3039@dt=FfAX'), 'fw529a3039@dt=FfAX')
  for (const state of ['', ',', 'Upper=1', 'a=b=c', 'a', 'a=\n', 'a=é', `a=${'x'.repeat(520)}`, Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')]) {
    t.equal(stateOf(state), undefined, state.slice(0, 40))
  }
})
