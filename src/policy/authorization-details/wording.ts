// Texts for people in two languages, and amounts as people write them.
// English is required and takes the place of a text that has no Japanese.

export type Language = 'en' | 'ja'

/** A text for people. Where `ja` is absent, Japanese pages show the English text. */
export interface Wording { readonly en: string, readonly ja?: string }

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', ja: 'ja-JP' }

export function textIn (wording: Wording, language: Language): string {
  return wording[language] ?? wording.en
}

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
  return `${textIn(title, language)}${language === 'ja' ? ':' : ': '}${text}`
}
