// The frame of every page of the shop: head with the ways to go, the person, the switch of the language. No script.

import type { Locale } from '../../kernel/locale.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import { SHOP_TEXTS } from './shop-texts.ts'
import type { Place, ShopTexts } from './shop-wording.ts'

export interface View {
  readonly language: Locale
  readonly texts: ShopTexts
  /** Path and query of this page without the language; the language link leads to it. */
  readonly here: string
  /** Absent: not logged in. */
  readonly person: { readonly name: string, readonly csrf: string } | undefined
  /** A login is not possible here, because the server has no OpenID Connect. */
  readonly loginMissing: boolean
}

interface Parts {
  readonly title: string
  readonly place?: Place
  readonly body: Markup
}

export function shopPage (view: View, { title, place, body }: Parts): string {
  const { language, texts, here, person } = view
  const other: Locale = language === 'en' ? 'ja' : 'en'
  const way = (name: Place, href: string) => html`<a href="${href}"${name === place && html` aria-current="page"`}>${texts.places[name]}</a>`
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${texts.shop}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<p class="practice">${texts.practice}</p>
<header class="head">
<span class="shop">${texts.shop}</span>
<nav aria-label="${texts.pages}">${way('tickets', '/')} ${person !== undefined && html`${way('reservations', '/reservations')} ${way('applications', '/applications')}`}</nav>
<span class="grow"></span>
${person === undefined
  ? !view.loginMissing && html`<a href="/login?to=${encodeURIComponent(here)}">${texts.logIn}</a>`
  : html`<bdi>${person.name}</bdi> <form method="post" action="/logout"><input type="hidden" name="_csrf" value="${person.csrf}"><button>${texts.logOut}</button></form>`}
<a href="${withLanguage(here, other)}" hreflang="${other}" lang="${other}">${SHOP_TEXTS[other].thisLanguage}</a>
</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text
}

/** A page that says one thing: what happened, and where to go on. */
export function messagePage (view: View, { title, text, ways = [] }: {
  readonly title: string
  readonly text: string
  readonly ways?: ReadonlyArray<{ readonly href: string, readonly label: string }>
}): string {
  return shopPage(view, {
    title,
    body: html`<p class="card" role="alert">${text}</p>
${ways.map(({ href, label }) => html`<p><a href="${href}">${label}</a></p>`)}`
  })
}

export function done (text: string): Markup {
  return html`<p class="card done" role="status">✓ ${text}</p>`
}

export function alert (text: string): Markup {
  return html`<p class="card alert" role="alert">✕ ${text}</p>`
}

function withLanguage (here: string, language: Locale): string {
  const url = new URL(here, 'http://shop.invalid')
  url.searchParams.set('lang', language)
  return url.pathname + url.search
}
