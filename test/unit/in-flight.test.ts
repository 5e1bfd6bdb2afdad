// The table of introspections in flight finds what a Map would find, also among keys that share a bucket.

import fc from 'fast-check'
import t from 'tap'
import { InFlightTable } from '../../src/auth/cache/in-flight.ts'

// few keys, of which many share their last characters, and one has too few of them
const KEYS = ['', 'a', 'ab', 'xab', 'yab', 'zab', 'some-abc', 'more-abc', 'abc']

t.test('in flight — finds, replaces and forgets as a map does', async t => {
  const step = fc.record({ key: fc.constantFrom(...KEYS), action: fc.constantFrom('set', 'delete') })
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), steps => {
    const table = new InFlightTable<{ readonly key: string, readonly number: number }>()
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
