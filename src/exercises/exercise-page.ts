// The frame of all pages of the exercises: head, language link, and what is said while nothing can be ticked.

import type { Locale } from '../kernel/locale.ts'
import { html, type Markup } from '../kernel/markup.ts'
import type { ClassBook } from './class-book.ts'
import { EXERCISE_TEXTS } from './exercise-texts.ts'
import type { WorkshopAddresses } from './workshop-script.ts'

export interface ClassView {
  readonly book: ClassBook
  readonly addresses: WorkshopAddresses
  /** Where these pages are. */
  readonly origin: string
  readonly language: Locale
  /** Whether the console of the gateway answers now. */
  readonly connected: boolean
  readonly missed: number
  /** Milliseconds since 1970. */
  readonly now: number
}

interface Frame {
  readonly title: string
  /** The path of this page. */
  readonly path: string
  /** Whose changes it shows: a login, or `class`. */
  readonly of: string
  readonly wide?: boolean
  readonly body: Markup
}

export function renderFrame ({ language, connected, missed }: ClassView, { title, path, of, wide = false, body }: Frame): string {
  const texts = EXERCISE_TEXTS[language]
  const other = language === 'ja' ? 'en' : 'ja'
  const link = (to: string, text: string) => html`<a href="${to}?lang=${language}"${to === path && html` aria-current="page"`}>${text}</a>`
  return html`<!DOCTYPE html>
<html lang="${language}" data-of="${of}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/exercises.css">
<script src="/exercises.js" type="module"></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
</head>
<body>
<header class="head"><nav>${link('/', texts.everybody)}${link('/class', texts.theClass)}</nav><span class="grow"></span>
<a href="${path}?lang=${other}" hreflang="${other}" lang="${other}">${texts.otherLanguage}</a></header>
<main${wide && html` class="class"`}>
<div id="state" data-part role="status">${!connected && html`<p class="band">! ${texts.offline}</p>`}${missed > 0 && html`<p class="band">! ${texts.missed(missed)}</p>`}</div>
${body}
</main>
</body>
</html>
`.text
}

export function timeText (at: number, language: Locale): string {
  return new Date(at).toLocaleTimeString(language, { hour12: false, hour: '2-digit', minute: '2-digit' })
}

/** The sentence of the reason, or the reason itself. */
export function reasonText (reason: string, language: Locale): string {
  return EXERCISE_TEXTS[language].reasons[reason] ?? reason
}
