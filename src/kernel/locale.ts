// The languages of texts for people. Headers and logs are always English; bodies follow the configuration.

export const LOCALES = ['en', 'ja'] as const
export type Locale = typeof LOCALES[number]

export const DEFAULT_LOCALE: Locale = 'en'
