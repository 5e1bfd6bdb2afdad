// Members are counted in the text as JSON.parse would find them.

import fc from 'fast-check'
import t from 'tap'
import { findExcess } from '../../src/kernel/json-excess.ts'
import { isJsonObject } from '../../src/kernel/json.ts'

/** The most members of any object in the value. */
function mostMembers (value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(mostMembers))
  if (!isJsonObject(value)) return 0
  const values = Object.values(value)
  return Math.max(values.length, ...values.map(mostMembers))
}

t.test('json excess — an object with too many members is found at any depth, whatever strings contain', async t => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', ':', '{', '}', 'a', ' ') })
  const { value } = fc.letrec(tie => ({
    value: fc.oneof({ depthSize: 'small' }, fc.integer(), text, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
    object: fc.dictionary(text, tie('value'), { maxKeys: 6 })
  }))
  fc.assert(fc.property(value, fc.integer({ min: 0, max: 5 }), fc.boolean(), (json, most, spaced) => {
    // A short text is not searched, so it is made longer.
    const padded = JSON.stringify([json, 'x'.repeat(40)], null, spaced ? 2 : 0)
    const isFound = findExcess(padded, { members: most, depth: 100, nodes: 1000 }) === 'members'
    return isFound === (mostMembers(json) > most)
  }), { numRuns: 2000 })
  t.pass('for two thousand values')
})

t.test('json excess — objects and lists within each other are counted, in strings they are not', async t => {
  const limits = { members: 100, depth: 3, nodes: 9 }
  t.equal(findExcess('[{"a":[1]}]', limits), undefined)
  t.equal(findExcess('[{"a":[{}]}]', limits), 'depth')
  t.equal(findExcess('[[],[],[],{"a":"[[[["}]', limits), undefined)
  t.equal(findExcess('[[],[],[],[],{},{},{},[],"[["]', limits), undefined)
  t.equal(findExcess('[[],[],[],[],{},{},{},[],[]]', limits), 'nodes')
})

t.test('json excess — what is no JSON is read to its end', async t => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', '\\', ':', '{', '}', 'a') }), text =>
    ['members', 'depth', 'nodes', undefined].includes(findExcess(text, { members: 0, depth: 3, nodes: 9 }))))
  t.equal(findExcess(`{"a":"${'x'.repeat(20)}`, { members: 0, depth: 1, nodes: 9 }), 'members')
  t.equal(findExcess('"'.repeat(101), { members: 5, depth: 5, nodes: 9 }), undefined)
})
