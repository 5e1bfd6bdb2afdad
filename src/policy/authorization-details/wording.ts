// Texts for people in two languages, and amounts as people write them.
// English is required and takes the place of a text that has no Japanese.

import type { Locale } from '../../kernel/locale.ts'
import { memoize } from '../../kernel/memoize.ts'
import { moneyText } from '../../kernel/money.ts'

/** A text for people. Where `ja` is absent, Japanese pages show the English text. */
export interface Wording { readonly en: string, readonly ja?: string }

export function textIn (wording: Wording, language: Locale): string {
  return wording[language] ?? wording.en
}

/** @param amount in minor units of the ISO 4217 `currency`: 10000 is ¥10,000, or $100.00 */
export function amountText (amount: number, currency: string, language: Locale): string {
  return moneyText(language)(amount, currency)
}

export function numberText (value: number, language: Locale): string {
  return formatOf(language).format(value)
}

/** Making a format takes a hundred times as long as using it. */
const formatOf = memoize(10, (language: Locale) => new Intl.NumberFormat(language))

/** A token may list thousands of items; a text for people names the first ones and the number of the others. */
const MAX_LISTED = 20

export function listText (items: ReadonlyArray<string | number>): string {
  const listed = items.slice(0, MAX_LISTED).join(', ')
  return items.length > MAX_LISTED ? `${listed}, … (+${items.length - MAX_LISTED})` : listed
}

export function labelled (title: Wording, text: string, language: Locale): string {
  return `${textIn(title, language)}${language === 'ja' ? ':' : ': '}${text}`
}
