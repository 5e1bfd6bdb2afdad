// Chooses the language of a page: from the link that was clicked, else `ui_locales` of the authorization request, else the
// Accept-Language header, else English.

import { DEFAULT_LOCALE, LOCALES, type Locale } from './locale.ts'

interface Wishes {
  readonly clicked?: string | null
  /** BCP 47 tags in order of preference, separated by blanks (OpenID Connect Core section 3.1.2.1). */
  readonly uiLocales?: unknown
  readonly acceptLanguage?: string | undefined
}

export function chooseLanguage ({ clicked, uiLocales, acceptLanguage }: Wishes): Locale {
  return known(clicked ?? '') ??
    firstKnown(typeof uiLocales === 'string' ? uiLocales.split(' ') : []) ??
    firstKnown(byQuality(acceptLanguage ?? '')) ??
    DEFAULT_LOCALE
}

function firstKnown (tags: readonly string[]): Locale | undefined {
  for (const tag of tags) {
    const language = known(tag)
    if (language !== undefined) return language
  }
  return undefined
}

function known (tag: string): Locale | undefined {
  const primary = tag.trim().toLowerCase().split('-')[0]
  return LOCALES.find(language => language === primary)
}

function byQuality (header: string): string[] {
  return header.split(',').map(range => {
    const [tag = '', ...parameters] = range.split(';')
    const quality = parameters.map(parameter => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter)?.[1]).find(value => value !== undefined)
    return { tag, quality: quality === undefined ? 1 : Number(quality) }
  }).filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality).map(({ tag }) => tag)
}
