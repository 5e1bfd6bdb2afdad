// Amounts of money as text. Amounts are integers in minor units; Intl knows how many make one unit of a currency.

import type { Locale } from './locale.ts'
import { memoize } from './memoize.ts'

/** Prices repeat, and formatting one takes Intl longer than reading its row takes SQLite. */
const MAX_KNOWN_AMOUNTS = 1000
/** More than there are currencies in ISO 4217. */
const MAX_KNOWN_CURRENCIES = 500

/** How many decimals amounts of an ISO 4217 currency have: 0 for JPY, 2 for EUR, 2 for a code that is not known. */
export function decimalsOf (currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0
}

export type MoneyText = (amount: number, currency: string) => string

/**
 * Formats amounts for one language.
 *
 * @example moneyText('en')(10_000, 'JPY') // ¥10,000
 * @example moneyText('en')(10_000, 'USD') // $100.00
 * @returns a function of an amount in minor units and an ISO 4217 code
 */
export function moneyText (locale: Locale): MoneyText {
  return locale === 'ja' ? JAPANESE : ENGLISH
}

function createMoneyText (locale: Locale): MoneyText {
  const formatOf = memoize(MAX_KNOWN_CURRENCIES, (currency: string) => {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
    const minorUnits = 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0)
    // Intl writes the full-width yen sign in Japanese; the Japanese tools and pages have the ordinary one
    return memoize(MAX_KNOWN_AMOUNTS, (amount: number) => format.format(amount / minorUnits).replace('\uffe5', '¥'))
  })
  return (amount, currency) => formatOf(currency)(amount)
}

const ENGLISH = createMoneyText('en')
const JAPANESE = createMoneyText('ja')
