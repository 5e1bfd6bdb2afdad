// Memoization with a size limit.

import t from 'tap'
import { memoize, memoizeLast } from '../../src/kernel/memoize.ts'

t.test('memoize — a result is handed out again until the map is full, which then is cleared', t => {
  const made: number[] = []
  const doubled = memoize(2, (value: number) => {
    made.push(value)
    return { value: value * 2 }
  })
  t.equal(doubled(1), doubled(1))
  t.strictSame([doubled(1), doubled(2)], [{ value: 2 }, { value: 4 }])
  t.strictSame(made, [1, 2])
  t.strictSame([doubled(3), doubled(3), doubled(1)], [{ value: 6 }, { value: 6 }, { value: 2 }])
  t.strictSame(made, [1, 2, 3, 1], 'the third entry cleared the first two')
  t.end()
})

t.test('memoizeLast — one result is kept, that of the last object', t => {
  let made = 0
  const numbered = memoizeLast((_key: object) => { made += 1; return made })
  const [one, other] = [{}, {}]
  t.strictSame([numbered(one), numbered(one), numbered(other), numbered(one)], [1, 1, 2, 3])
  t.end()
})
