// The contract of a tool: which declarations are registered, and what the refusal of another one says.

import t from 'tap'
import { z } from 'zod'
import { defineDetailsType, defineTool, limits, withJsonSchema, type StandardSchema } from '../../src/index.ts'
import { GatewayError } from '../../src/kernel/fault.ts'
import { createRegistry } from '../../src/mcp/registry.ts'
import { registerTool } from '../../src/mcp/registered-tool.ts'
import type { Tool } from '../../src/mcp/tool.ts'
import { covers } from '../support/covers.ts'

const words = { en: 'Payments', ja: '支払い' }
const payment = defineDetailsType<{ amount: number }>({
  type: 'payment',
  title: words,
  description: words,
  members: { maxAmount: limits.upper({ of: ({ amount }) => amount, required: true, title: words, description: words }) }
})

const pay = defineTool({
  name: 'pay',
  title: 'Pay',
  description: 'Pays an amount.',
  input: z.strictObject({ amount: z.int().positive(), note: z.string().default('none') }),
  output: z.strictObject({ paid: z.int() }),
  access: { scopes: ['payments:write'], details: { type: payment, call: ({ amount }) => ({ amount }) } },
  run: async (_permit, { amount }) => ({ kind: 'completed', structured: { paid: amount } })
})

/** A schema of a library that has no JSON Schema. */
const foreign: StandardSchema<object, { readonly id: string }> = {
  '~standard': {
    version: 1,
    vendor: 'foreign',
    validate: value => typeof (value as { id?: unknown }).id === 'string'
      ? { value: value as { id: string } }
      : { issues: [{ message: 'expected a text', path: [{ key: 'id' }] }] }
  }
}
const FOREIGN_JSON = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false }

function refusalOf (...tools: unknown[]): string {
  try {
    createRegistry(tools as readonly Tool[])
    return 'registered'
  } catch (error) {
    return error instanceof GatewayError ? `${error.code} ${error.detail}` : String(error)
  }
}

t.test('tool — a wrong declaration is refused, naming the tool and the field', async t => {
  covers('plugin.tools-checked')
  const access = (change: object) => ({ ...pay, access: { ...pay.access, ...change } })
  const input = (schema: unknown) => ({ ...pay, input: schema })
  const cases: ReadonlyArray<[unknown, string]> = [
    [undefined, 'tools[0]: expected a tool, as defineTool returns it'],
    [[], 'tools[0]: expected a tool, as defineTool returns it'],
    [{ ...pay, name: undefined }, 'tools[0]: name: missing; expected 1 to 128 letters, digits, "_", "-" or "."'],
    [{ ...pay, name: 7 }, 'tools[0]: name: expected 1 to 128 letters, digits, "_", "-" or "."'],
    [{ ...pay, title: undefined }, 'pay: title: missing; expected a text'],
    [{ ...pay, title: '' }, 'pay: title: expected a text'],
    [{ ...pay, description: 1 }, 'pay: description: expected a text'],
    [{ ...pay, annotations: true }, 'pay: annotations: expected an object of hints'],
    [{ ...pay, annotations: { readOnlyHint: 'yes' } }, 'pay: annotations.readOnlyHint: expected true or false'],
    [{ ...pay, access: undefined }, 'pay: access: missing; expected an object with scopes'],
    [access({ scopes: undefined }), 'pay: access.scopes: missing; expected a list of scopes, [] for a tool that needs none'],
    [access({ scopes: 'payments:write' }), 'pay: access.scopes: expected a list of scopes, [] for a tool that needs none'],
    [access({ scopes: ['a b'] }), 'pay: access.scopes.0: holds characters that RFC 6749 does not allow in a scope'],
    [access({ freshness: 'live' }), 'pay: access.freshness: expected "cached" or "fresh"'],
    [access({ freshnes: 'fresh' }), 'pay: access: has unknown members: freshnes'],
    [access({ detailsType: payment }), 'pay: access: has unknown members: detailsType'],
    [access({ details: () => payment.requires({ amount: 1 }) }), 'pay: access.details: expected { type, call, left? }'],
    [access({ details: { type: {}, call: () => ({}) } }), 'pay: access.details.type.type: missing; expected a text'],
    [access({ details: { type: payment } }), 'pay: access.details.call: missing; expected a function of the input'],
    [access({ authentication: { acr: 'gold' } }), 'pay: access.authentication: expected { acrValues?, maxAgeSeconds? }'],
    [{ ...pay, run: undefined }, 'pay: run: missing; expected a function (permit, input, call)'],
    [{ ...pay, run: 'echo' }, 'pay: run: expected a function (permit, input, call)'],
    [input(undefined), 'pay: input: missing; expected a schema of the arguments'],
    [input('amount'), 'pay: input: expected a schema'],
    [input(z.strictObject({ to: z.object({ when: z.date() }) })),
      'pay: input.to.when: cannot be said in JSON Schema: Date cannot be represented in JSON Schema'],
    [input(z.string()), 'pay: input: is no schema of an object: MCP asks for type "object"'],
    [input(foreign), 'pay: input: of foreign has no JSON Schema; use withJsonSchema(schema, jsonSchema)'],
    [input({ type: 'object', additionalProperties: false, properties: { a: { $ref: '#/$defs/b' } } }),
      'pay: input.properties.a: has a $ref that leads nowhere'],
    [input({ type: 'object', additionalProperties: false, properties: { a: { pattern: '(' } } }),
      'pay: input.properties.a: has a pattern that is no regular expression'],
    [input({ type: 'object', additionalProperties: false, $schema: 'https://example.com/mine' }), 'pay: input: has a $schema that is no known draft of JSON Schema'],
    [{ ...pay, output: z.strictObject({ at: z.date() }) },
      'pay: output.at: cannot be said in JSON Schema: Date cannot be represented in JSON Schema']
  ]
  const found = cases.map(([tool]) => refusalOf(tool))
  t.strictSame(found, cases.map(([, detail]) => `GW_TOOL_INVALID ${detail}`))
})

t.test('tool — an input that lets unknown arguments pass is not registered, unless the declaration says so', async t => {
  covers('plugin.strict-input')
  const open: ReadonlyArray<Tool['input']> = [z.object({ a: z.string() }), z.looseObject({}), { type: 'object' },
    { type: 'object', additionalProperties: {} }]
  const closed: ReadonlyArray<Tool['input']> = [
    z.strictObject({ a: z.string() }), { type: 'object', additionalProperties: false },
    { type: 'object', unevaluatedProperties: false, allOf: [{ properties: { a: {} } }] }, withJsonSchema(foreign, FOREIGN_JSON)
  ]
  const rule = 'GW_TOOL_INVALID pay: input: lets unknown arguments pass; use z.strictObject or additionalProperties: false, ' +
    'or say unknownArguments: "accept"'
  t.strictSame(open.map(input => refusalOf({ ...pay, input })), open.map(() => rule))
  t.strictSame(open.map(input => refusalOf({ ...pay, input, unknownArguments: 'accept' })), open.map(() => 'registered'))
  t.strictSame(closed.map(input => refusalOf({ ...pay, input })), closed.map(() => 'registered'))
})

t.test('tool — arguments are checked by a schema of any library or by JSON Schema, and a problem never repeats the value', async t => {
  const byZod = registerTool(pay).input
  t.strictSame(byZod.parse({ amount: 5 }), { ok: true, value: { amount: 5, note: 'none' } }, 'defaults are filled in')
  t.match(byZod.parse({ amount: 'SECRET', other: 1 }), { ok: false, error: [{ path: ['amount'] }, { path: [] }] })

  const byForeign = registerTool({ ...pay, input: withJsonSchema(foreign, FOREIGN_JSON) }).input
  t.strictSame(byForeign.jsonSchema, FOREIGN_JSON)
  const withDialect = { ...FOREIGN_JSON, $schema: 'https://json-schema.org/draft/2020-12/schema' }
  t.strictSame(registerTool({ ...pay, input: withJsonSchema(foreign, withDialect) }).input.jsonSchema, withDialect,
    'the dialect that was written is published')
  t.strictSame(byForeign.parse({ id: 'x' }), { ok: true, value: { id: 'x' } })
  t.strictSame(byForeign.parse({}), { ok: false, error: [{ path: ['id'], message: 'expected a text' }] })

  const declared = Object.freeze({
    type: 'object',
    properties: {
      amount: { type: 'integer', minimum: 10 },
      to: { type: 'object', properties: { 'a/b': { enum: ['x'] } }, required: ['a/b'] }
    },
    required: ['amount'],
    additionalProperties: false
  })
  const plain = registerTool({ ...pay, input: declared }).input
  t.strictSame(plain.jsonSchema, declared)
  t.strictSame(plain.parse({ amount: 10 }), { ok: true, value: { amount: 10 } })
  const refused = [{}, { amount: 7777 - 7776 }, { amount: 'SECRET' }, { amount: 10, other: 'SECRET' },
    { amount: 10, to: { 'a/b': 'SECRET' } }].map(value => plain.parse(value))
  t.strictSame(refused.map(result => result.ok ? [] : result.error.map(({ path, message }) => `${path.join('.')}: ${message}`)), [
    [': Instance does not have required property "amount".'],
    ['amount: is less than 10.'],
    ['amount: Instance type "string" is invalid. Expected "integer".'],
    ['other: False boolean schema.'],
    ['to.a/b: Instance does not match any of ["x"].']
  ])
})

t.test('tool — a schema that checks asynchronously is a fault of the tool, not a wait before the decision', async t => {
  const asynchronous = registerTool({ ...pay, input: z.strictObject({ a: z.string().refine(async () => true) }) }).input
  t.throws(() => asynchronous.parse({ a: 'x' }), { code: 'GW_TOOL_FAILED', detail: /^pay: input: the schema returned a promise/ })
})

t.test('tool — what is published as its details type is what is enforced', async t => {
  covers('plugin.one-details-type')
  const registry = createRegistry([pay])
  const { access } = registerTool(pay)
  const requirement = await access.details?.requirementOf({ amount: 5 }, { person: { issuer: 'https://as.example', subject: 'alice' } })
  t.strictSame(registry.published.detailsTypes.map(({ type }) => type), ['payment'])
  t.equal(requirement?.type, 'payment')
  t.match(requirement?.smallest({} as never), { type: 'payment', maxAmount: 5 })
})

t.test('tool — without an output schema none is published', async t => {
  const { output: _, ...text } = pay
  const { listEntryJson, description } = registerTool(text)
  t.notMatch(listEntryJson, 'outputSchema')
  t.equal(description.outputSchema, undefined)
})

t.test('details type — a wrong declaration names the type and the member, also where no compiler looked', async t => {
  const definition = { type: 'payment', title: words, description: words, members: {} }
  const refusal = (changes: object): string => {
    try {
      defineDetailsType({ ...definition, ...changes })
      return 'declared'
    } catch (error) {
      return error instanceof GatewayError ? error.detail : String(error)
    }
  }
  const member = limits.upper<{ amount: number }>({ of: ({ amount }) => amount, title: words, description: words })
  t.strictSame([
    refusal({}),
    refusal({ members: { maxAmount: member } }),
    refusal({ title: 'Payments', description: { ja: '支払い' } }),
    refusal({ type: undefined, members: undefined }),
    refusal({ members: { maxAmount: { of: 'amount' } } }),
    refusal({ members: { maxAmount: { ...member, title: 'Highest' } } })
  ], [
    'declared',
    'declared',
    'payment: title: expected { en: "…", ja?: "…" }; description: expected { en: "…", ja?: "…" }',
    'a details type: type: expected a text; members: expected an object of limits',
    'payment: members.maxAmount: expected what a function of limits returns',
    'payment: members.maxAmount.title: expected { en: "…", ja?: "…" }'
  ])
})
