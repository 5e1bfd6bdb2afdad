// Amounts of money as text.

import t from 'tap'
import { moneyText } from '../../src/kernel/money.ts'

t.test('money — an amount in minor units is written the way of its currency, with the ordinary yen sign in both languages', async t => {
  const written = ([[10_000, 'JPY'], [10_000, 'USD'], [10_000, 'EUR'], [1_234, 'KWD'], [0, 'JPY'], [10_000, 'JPY']] as const)
    .map(([amount, currency]) =>
      [moneyText('en')(amount, currency), moneyText('ja')(amount, currency)].map(text => text.replaceAll('\u00a0', ' ')))
  t.strictSame(written, [['¥10,000', '¥10,000'], ['$100.00', '$100.00'], ['€100.00', '€100.00'], ['KWD 1.234', 'KWD 1.234'], ['¥0', '¥0'],
    ['¥10,000', '¥10,000']])
})
