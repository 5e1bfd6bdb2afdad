// What those who look on see of the totals of a counted call: the hold, the outcome, and the one total of several that is shown.

import t from 'tap'
import type { Alternative, Charge, Settlement } from '../../src/ledger/hold.ts'
import { notedTotal } from '../../src/proxy/calls/noted-total.ts'
import { covers } from '../support/covers.ts'

const amount: Charge = { member: 'maxMonth', counterKey: 'a', unit: 'JPY', limit: 30_000, amount: 8_000, adjustable: true }
const day: Charge = { ...amount, member: 'maxDay', counterKey: 'b', limit: 10_000 }
const calls: Charge = { member: 'maxCalls', counterKey: 'c', unit: '', limit: 5, amount: 1, adjustable: false }
const of = (...charges: readonly Charge[]): readonly Alternative[] => [{ elementIndex: 0, charges: [calls] }, { elementIndex: 3, charges }]

t.test('a counted call — the hold is shown, and each outcome that is known corrects it', async t => {
  covers('console.totals')
  const after = (settlement?: Settlement) => {
    const used = notedTotal(of(amount), { elementIndex: 3, spent: [10_000] }, settlement)
    return [used?.before, used?.after, used?.held]
  }
  t.strictSame(notedTotal(of(amount), { elementIndex: 3, spent: [10_000] }, { kind: 'executed' }), {
    currency: 'JPY', total: 30_000, before: 20_000, after: 12_000, member: 'maxMonth'
  })
  t.strictSame(after(), [20_000, 12_000, true])
  t.strictSame(after({ kind: 'executed', charged: 500 }), [20_000, 19_500, undefined])
  t.strictSame(after({ kind: 'executed', charged: 0 }), [20_000, 20_000, undefined])
  t.strictSame(after({ kind: 'not-executed' }), [20_000, 20_000, undefined])
  t.strictSame(after({ kind: 'unknown' }), [20_000, 12_000, true])
  t.strictSame(after({ kind: 'overcharged', charged: 90_000 }), [20_000, 12_000, true])
})

t.test('several totals — the amount with the least left; calls alone are counted whatever was charged', async t => {
  covers('console.totals')
  const shown = (charges: readonly Charge[], spent: readonly number[]) => {
    return notedTotal(of(...charges), { elementIndex: 3, spent }, { kind: 'executed', charged: 0 })
  }
  t.match(shown([calls, amount, day], [4, 10_000, 0]), { member: 'maxDay', before: 10_000, after: 10_000 })
  t.match(shown([calls, amount, day], [4, 21_500, 0]), { member: 'maxMonth', before: 8_500 })
  t.strictSame(shown([calls], [2]), { currency: '', total: 5, before: 3, after: 2, member: 'maxCalls' })
})

t.test('nothing is shown — where nothing was debited, or no counter was read', async t => {
  covers('console.totals')
  t.equal(notedTotal(of(), { elementIndex: 3, spent: [] }), undefined)
  t.equal(notedTotal(of(amount), { elementIndex: 3 }), undefined)
  t.equal(notedTotal([{ charges: [] }], { elementIndex: undefined, spent: [] }), undefined)
})
