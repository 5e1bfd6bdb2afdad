// Does the table of what is under way find what a Map would, also among keys that fall into one place?

import fc from 'fast-check'
import t from 'tap'
import { UnderWay } from '../../src/auth/cache/in-flight.ts'

// few keys, of which many share their last characters, and one has too few of them
const KEYS = ['', 'a', 'ab', 'xab', 'yab', 'zab', 'some-abc', 'more-abc', 'abc']

t.test('under way — finds, replaces and forgets as a map does', async t => {
  const step = fc.record({ key: fc.constantFrom(...KEYS), action: fc.constantFrom('set', 'delete') })
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), steps => {
    const table = new UnderWay<{ readonly key: string, readonly number: number }>()
    const map = new Map<string, number>()
    for (const [number, { key, action }] of steps.entries()) {
      if (action === 'set') {
        table.set({ key, number })
        map.set(key, number)
      } else {
        table.delete(key)
        map.delete(key)
      }
      for (const known of KEYS) if (table.find(known)?.number !== map.get(known)) return false
    }
    return true
  }))
  t.pass('for every sequence of steps')
})
