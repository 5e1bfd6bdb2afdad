// The page for an authorization request that cannot be answered: the code and description of the error, and what to do. The
// description is the protocol's, in English.

import type { IncomingMessage } from 'node:http'
import type { Locale } from '../../kernel/locale.ts'
import { html } from '../../kernel/markup.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'
import { renderPage, type Page } from './page.ts'
import { TEXTS } from './page-texts.ts'

/** Only the path and the query of an address matter here. */
const ANY_ORIGIN = 'http://localhost'

export function renderErrorPage (request: IncomingMessage, error: string, description: string): Page {
  const { language, otherLanguageHref } = languagesOf(request)
  const texts = TEXTS[language]
  return renderPage({
    status: 400,
    language,
    title: texts.errorTitle,
    ...(otherLanguageHref === undefined ? {} : { otherLanguageHref }),
    body: html`<h1>${texts.errorTitle}</h1>
<p class="alert" role="alert"><code>${error}</code> ${description}</p>
<p>${error === 'invalid_client' ? texts.unknownClientAdvice : texts.errorAdvice}</p>`
  })
}

export function renderNotFoundPage (request: IncomingMessage): Page {
  const { language, otherLanguageHref } = languagesOf(request)
  const { notFoundTitle, notFoundAdvice, rootTitle } = TEXTS[language]
  return renderPage({
    status: 404,
    language,
    title: notFoundTitle,
    ...(otherLanguageHref === undefined ? {} : { otherLanguageHref }),
    body: html`<h1>${notFoundTitle}</h1><p>${notFoundAdvice} <a href="/?lang=${language}">${rootTitle}</a></p>`
  })
}

/** The same request shows the same in another language, if it was one that only asks. */
function languagesOf (request: IncomingMessage): { readonly language: Locale, readonly otherLanguageHref: string | undefined } {
  const url = URL.canParse(request.url ?? '', ANY_ORIGIN) ? new URL(request.url ?? '', ANY_ORIGIN) : undefined
  const clicked = url?.searchParams.get('lang') ?? null
  const language = chooseLanguage({ clicked, acceptLanguage: request.headers['accept-language'] })
  if (url === undefined || request.method !== 'GET') return { language, otherLanguageHref: undefined }
  url.searchParams.set('lang', TEXTS[language].otherLanguage)
  return { language, otherLanguageHref: url.pathname + url.search }
}

/** @param reason a sentence of this server in English */
export function renderGatewayDownPage (request: IncomingMessage, reason: string): Page {
  const language = chooseLanguage({ acceptLanguage: request.headers['accept-language'] })
  const { gateway: { downTitle, downAdvice } } = TEXTS[language]
  return renderPage({
    status: 503,
    language,
    title: downTitle,
    body: html`<h1>${downTitle}</h1>
<p class="alert" role="alert">${reason}</p>
<p>${downAdvice}</p>`
  })
}

export function renderLostPage (request: IncomingMessage): Page {
  const language = chooseLanguage({ acceptLanguage: request.headers['accept-language'] })
  const { lostTitle, lostAdvice } = TEXTS[language]
  return renderPage({ status: 400, language, title: lostTitle, body: html`<h1>${lostTitle}</h1><p>${lostAdvice}</p>` })
}

export function renderForeignPage (request: IncomingMessage): Page {
  const language = chooseLanguage({ acceptLanguage: request.headers['accept-language'] })
  const { foreignTitle, foreignAdvice } = TEXTS[language]
  return renderPage({ status: 403, language, title: foreignTitle, body: html`<h1>${foreignTitle}</h1><p>${foreignAdvice}</p>` })
}
