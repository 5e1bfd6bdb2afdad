// The frame of the pages for people: title, heading line with the way to the other pages and to the other language, one column. Everything
// that is not markup of this file goes through `escapeHtml`. No script; the style is allowed by its hash.

import type { Locale } from '../../kernel/locale.ts'
import { PAGE_ICON, PAGE_STYLE, PAGE_STYLE_HASH } from '../../kernel/page-style.ts'

export function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

/** Headers of every page: it runs nothing, loads nothing and is framed nowhere. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src ${PAGE_STYLE_HASH}; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer'
} as const

export interface PageFrame {
  readonly language: Locale
  readonly title: string
  /** Links in the heading line, as markup. */
  readonly links?: readonly string[]
  /** The same page in the other language. */
  readonly otherLanguageHref: string
  readonly body: string
}

const OTHER = { en: ['ja', '日本語'], ja: ['en', 'English'] } as const

export function page ({ language, title, links = [], otherLanguageHref, body }: PageFrame): string {
  const [other, otherName] = OTHER[language]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${escapeHtml(PAGE_ICON)}">
<style>${PAGE_STYLE}</style>
</head>
<body>
<main class="page-document">
<nav class="top"><span>${links.join(' · ')}</span><a href="${escapeHtml(otherLanguageHref)}" hreflang="${other}" lang="${other}">${otherName}</a></nav>
${body}
</main>
</body>
</html>
`
}

/** Of a page, in the other language. */
export function otherLanguage (language: Locale): Locale {
  return OTHER[language][0]
}
