// How are limits said to a person? Two languages, and amounts in the way of their currency.

export type Language = 'en' | 'ja'
export type Wording = Readonly<Record<Language, string>>

const LOCALES: Wording = { en: 'en-US', ja: 'ja-JP' }

/** @param amount in minor units of the ISO 4217 `currency`: 10000 is ¥10,000, or $100.00 */
export function amountText (amount: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(LOCALES[language], { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0
  return format.format(amount / 10 ** digits).replace('\uffe5', '\u00a5')
}

export function numberText (value: number, language: Language): string {
  return value.toLocaleString(LOCALES[language])
}

export function labelled (title: Wording, text: string, language: Language): string {
  return language === 'ja' ? `${title.ja}:${text}` : `${title.en}: ${text}`
}
