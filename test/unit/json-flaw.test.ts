// Members that a JSON text names twice in one object, in whatever spelling, and texts in which a name only seems to come twice; and names
// that change the prototype of an object.

import fc from 'fast-check'
import t from 'tap'
import type { JsonValue } from '../../src/kernel/json.ts'
import { findFlaw } from '../../src/kernel/json-flaw.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const flawIn = (text: string) => findFlaw(text, JSON.parse(text) as JsonValue)
const repeated = (text: string) => flawIn(text) === 'repeated-member'

t.test('a member that is there twice is found, at any depth and in any spelling', async t => {
  covers('mcp.repeated-member-refused')
  const each = collected(t)
  for (const text of [
    '{"a":1,"a":1}', '{"a" : 1,\n"\\u0061"\t:2}', '[{"b":{"a":1,"c":[],"a":2}}]', '{"":1,"":2}', '{"a\\"":1,"a\\"":2}',
    '{"x":[[{"a":{},"a":{}}]]}', '{"1":0,"1":0}', '{"a\\\\":1,"a\\\\":2}'
  ]) each.equal(repeated(text), true, text)
  each.end()
})

t.test('a name that comes once in each object is none, nor is a text that looks like one', async t => {
  const each = collected(t)
  for (const text of [
    '{"a":1,"A":1}', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1"}', '{"a":"\\\\","b":"\\\\\\""}', '"a"', '1', 'null',
    '""', '[]', '{}', ' { "a" : "b" } ', '["a","b","a"]', '{"a":["a",":","a"]}'
  ]) each.equal(repeated(text), false, text)
  each.end()
})

t.test('no text that JSON.stringify writes has one, and each has one when its last member is written again', async t => {
  covers('mcp.repeated-member-refused')
  t.doesNotThrow(() => {
    fc.assert(fc.property(fc.jsonValue(), value => !repeated(JSON.stringify(value)) && !repeated(JSON.stringify(value, null, 1))))
    fc.assert(fc.property(fc.string(), fc.jsonValue(), (name, value) => {
      const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`
      return flawIn(`{"first":1,${member},${member}}`) !== undefined
    }))
  })
})

t.test('a member that sets a prototype is found, at any depth and in any spelling', async t => {
  const each = collected(t)
  for (const text of [
    '{"__proto__":1}', '{"a":[{"\\u005f_proto__":{"x":1}}]}', '{"constructor":{"prototype":1}}',
    '[{"a":{"con\\u0073tructor":{"prototype":{}}}}]'
  ]) each.equal(flawIn(text), 'prototype', text)
  for (const text of ['{"constructor":1}', '{"constructor":{"a":{"prototype":1}}}', '{"a":"__proto__","proto":{}}', '{"prototype":{}}']) {
    each.equal(flawIn(text), undefined, text)
  }
  each.end()
})
