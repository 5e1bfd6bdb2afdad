// Is an element that a client requests judged as its JSON Schema says? The practice server knows some words of JSON Schema; a validator
// that knows them all is asked the same.

import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../src/kernel/json.ts'
import { wrongMember } from '../../src/practice-as/gateways/element-check.ts'
import { publishedType } from '../support/published-gateway.ts'

const SCHEMA = publishedType('files', 'Files')['schema'] as JsonObject

t.test('elements — right and wrong ones are told apart as a whole validator does', async t => {
  const isValid = new Ajv2020({ validateFormats: false }).compile(SCHEMA)
  const word = fc.constantFrom('read', 'write', '/srv', 'srv', 'EUR', 'Euro', '', '2030-01-01T00:00:00Z')
  const value = fc.oneof(word, fc.integer(), fc.double({ noNaN: true }), fc.array(word, { maxLength: 3 }), fc.constant(null), fc.boolean())
  const date = fc.constant('2030-01-01T00:00:00Z')
  const element = fc.record({
    type: fc.constantFrom('files', 'other'),
    actions: fc.oneof(fc.array(fc.constantFrom('read', 'write', 'fly'), { maxLength: 3 }), value),
    folders: fc.oneof(fc.array(word), value),
    maxAmount: fc.oneof(fc.integer({ min: -1, max: 1_000_001 }), value),
    currency: value,
    budgetId: value,
    validUntil: fc.oneof(date, fc.integer()),
    unknown: value
  }, { requiredKeys: [] })
  fc.assert(fc.property(element, one => (wrongMember(SCHEMA, one as JsonObject) === undefined) === isValid(one)), { numRuns: 2000 })
  t.pass('2,000 elements')
})

t.test('elements — nesting, patterns that may take for ever, and words that are no schema do no harm', t => {
  const schemaOf = (member: unknown) => ({ properties: { member } }) as JsonObject
  const deep = Array.from({ length: 500 }).reduce<JsonObject>(items => ({ items }), {})
  const nested = Array.from({ length: 500 }).reduce<readonly unknown[]>(inner => [inner], [])
  const evil = { type: 'string', pattern: '^(a+)+$' }
  const object = { type: 'object', properties: { one: { type: 'integer' } }, required: ['one'] }
  t.strictSame([
    wrongMember(schemaOf(deep), { member: nested } as JsonObject),
    wrongMember(schemaOf(evil), { member: `${'a'.repeat(100)}!` }),
    wrongMember(schemaOf({ type: 'string', pattern: '[' }), { member: 'a' }),
    wrongMember(schemaOf(true), { member: 1 }),
    wrongMember(schemaOf(false), { member: 1 }),
    wrongMember(schemaOf(object), { member: { one: 'x' } }),
    wrongMember(schemaOf(object), { member: { one: 1 } }),
    wrongMember({}, { member: 1 })
  ], ['member', undefined, undefined, undefined, 'member', 'member', undefined, undefined])
  t.ok(isJsonObject(SCHEMA['properties']))
  t.end()
})
