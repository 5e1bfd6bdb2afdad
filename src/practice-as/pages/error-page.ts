// The page for an authorization request that cannot be answered: the code and description of the error, and what to do. The
// description is the protocol's, in English.

import type { IncomingMessage } from 'node:http'
import { html } from '../../kernel/markup.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'
import { renderPage, type Page } from './page.ts'
import { TEXTS } from './page-texts.ts'

export function renderErrorPage (request: IncomingMessage, error: string, description: string): Page {
  const language = chooseLanguage({ acceptLanguage: request.headers['accept-language'] })
  const texts = TEXTS[language]
  return renderPage({
    status: 400,
    language,
    title: texts.errorTitle,
    body: html`<h1>${texts.errorTitle}</h1>
<p class="alert" role="alert"><code>${error}</code> ${description}</p>
<p>${error === 'invalid_client' ? texts.unknownClientAdvice : texts.errorAdvice}</p>`
  })
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
