// Does the short benchmark refuse what costs far too much, or grows with what there is, and nothing else?

import t from 'tap'
import { isReached } from '../../bench/bars.ts'
import { ratiosOf } from '../../bench/comparison.ts'
import { growingTooFast, isFarBeyond } from '../../bench/judgement.ts'
import type { GrowthPlot } from '../../bench/measurements/growth.ts'

const plot = (ratios: readonly number[], steep = false): readonly GrowthPlot[] =>
  [{
    id: 'tickets',
    title: 'Tickets',
    of: 'tickets',
    curves: [{ name: 'search', steep, points: ratios.map((ratio, index) => ({ size: 10 ** index, ratio })) }]
  }]

t.test('bench — a ratio is refused beyond twice its bar, and when it was not measured', t => {
  const bar = { atMost: 1.4 }
  t.strictSame([1, 2.8, 2.81, Number.NaN].map(ratio => isFarBeyond(bar, ratio)), [false, false, true, true])
  t.equal(isFarBeyond(undefined, 100), false, 'no bar')
  t.end()
})

t.test('bench — what must cost at least so much is refused below half of it, and when it was not measured', t => {
  const bar = { atLeast: 8 }
  t.strictSame([100, 8, 4, 3.99, Number.NaN].map(ratio => isFarBeyond(bar, ratio)), [false, false, false, true, true])
  t.strictSame([8, 7.99, Number.NaN].map(ratio => isReached(bar, ratio)), [true, false, false])
  t.end()
})

t.test('bench — what each adds is compared turn by turn, and a base that adds nothing never fails a bar', t => {
  t.strictSame(ratiosOf([90, 80], [30, 40], []), [3, 2])
  t.strictSame(ratiosOf([85, 65, 85], [35, 45, 20], [25, 25, 25]), [6, 2, Infinity])
  t.strictSame(isFarBeyond({ atLeast: 4 }, Infinity), false)
  t.ok(Number.isNaN(ratiosOf([85], [], [25])[0]), 'not measured')
  t.end()
})

t.test('bench — what should be flat is refused when the most costs more than twice what the least does', t => {
  t.strictSame(growingTooFast(plot([6, 6.5, 5])), [])
  t.strictSame(growingTooFast(plot([6, 12])), [])
  t.strictSame(growingTooFast(plot([6, 12.1])), ['search with more tickets'])
  t.strictSame(growingTooFast(plot([3.6, 17], true)), [], 'the answer grows as well')
  t.strictSame(growingTooFast(plot([])), ['search with more tickets'], 'not measured')
  t.strictSame(growingTooFast(plot([Number.NaN, 1])), ['search with more tickets'], 'not measured')
  t.end()
})
