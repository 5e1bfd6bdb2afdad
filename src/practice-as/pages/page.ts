// The frame of all pages: title, the note that this server is for practice, the link to the other language.

import type { Locale } from '../../kernel/locale.ts'
import { html, Markup } from '../../kernel/markup.ts'
import { PAGE_ICON, PAGE_STYLE } from '../../kernel/page-style.ts'
import { TEXTS } from './page-texts.ts'

export interface Page {
  readonly status: number
  readonly markup: string
}

interface PageParts {
  readonly status?: number
  readonly language: Locale
  readonly title: string
  /** The same page in the other language; none where asking again would not show the same. */
  readonly otherLanguageHref?: string
  /** For a page that is more than one column. */
  readonly wide?: boolean
  readonly body: Markup
}

const style = new Markup(PAGE_STYLE)

export function renderPage ({ status = 200, language, title, otherLanguageHref, wide = false, body }: PageParts): Page {
  const texts = TEXTS[language]
  const document = html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${PAGE_ICON}">
<style>${style}</style>
</head>
<body>
<p class="practice">${texts.practiceNotice}</p>
<main${wide && html` class="page-wide"`}>
<div class="top"><span>${texts.serverName}</span>${otherLanguageHref !== undefined &&
  html`<a href="${otherLanguageHref}" hreflang="${texts.otherLanguage}" lang="${texts.otherLanguage}">${texts.otherLanguageName}</a>`}</div>
${body}
</main>
</body>
</html>
`
  return { status, markup: document.text }
}
