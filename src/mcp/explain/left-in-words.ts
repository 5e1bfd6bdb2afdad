// What is left of totals, one line each, in two languages.

import type { Locale } from '../../kernel/locale.ts'
import { amountText, labelled, numberText, textIn } from '../../policy/authorization-details/wording.ts'
import type { TotalLeft } from '../tool.ts'

/** @example leftInWords(totals, 'en') // ['Highest amount of a month, left: ¥3,000, until 2026-12-01T00:00:00.000Z'] */
export function leftInWords (totals: readonly TotalLeft[], language: Locale): readonly string[] {
  return totals.map(({ title, remaining, currency, until }) => {
    const amount = currency === undefined ? numberText(remaining, language) : amountText(remaining, currency, language)
    const label = { en: `${title.en}, left`, ja: `${textIn(title, 'ja')}の残り` }
    const end = { en: `, until ${until ?? ''}`, ja: `(${until ?? ''} まで)` }
    return labelled(label, until === undefined ? amount : `${amount}${textIn(end, language)}`, language)
  })
}
