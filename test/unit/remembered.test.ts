// Is the same made once, and never more remembered than allowed?

import t from 'tap'
import { lastMade, remembered } from '../../src/kernel/remembered.ts'

t.test('remembered — what was made is handed out again, until there are too many', t => {
  const asked: number[] = []
  const doubled = remembered(2, (value: number) => {
    asked.push(value)
    return { value: value * 2 }
  })
  t.equal(doubled(1), doubled(1))
  t.strictSame([doubled(1), doubled(2)], [{ value: 2 }, { value: 4 }])
  t.strictSame(asked, [1, 2])
  t.strictSame([doubled(3), doubled(3), doubled(1)], [{ value: 6 }, { value: 6 }, { value: 2 }])
  t.strictSame(asked, [1, 2, 3, 1], 'the third forgot the first two')
  t.end()
})

t.test('remembered — of the last one alone, for as long as it is the last', t => {
  let made = 0
  const numbered = lastMade((_value: object) => { made += 1; return made })
  const [one, other] = [{}, {}]
  t.strictSame([numbered(one), numbered(one), numbered(other), numbered(one)], [1, 1, 2, 3])
  t.end()
})
