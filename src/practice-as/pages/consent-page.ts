// The page of an authorization request: the client, what it asks for, the login and the limits. It works without JavaScript.

import type { Locale } from '../../kernel/locale.ts'
import { LIMITS, preselectedLimit, STANDARD, type ConsentForm, type ConsentMistake, type Limit } from '../consent.ts'
import type { RequestedReservation } from '../requested-reservation.ts'
import { html, type Markup } from './markup.ts'
import { limitInWords } from './limit-in-words.ts'
import { renderPage, type Page } from './page.ts'
import { TEXTS } from './page-texts.ts'

export interface ConsentQuestion {
  readonly language: Locale
  /** Where the form is sent: this page, with its language. */
  readonly action: string
  readonly otherLanguageHref: string
  readonly clientName: string
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly requested: readonly RequestedReservation[]
}

interface Retry {
  readonly mistake: ConsentMistake
  readonly form: ConsentForm | undefined
}

export function renderConsentPage (question: ConsentQuestion, retry?: Retry): Page {
  const { language, clientName, clientId, redirectUri, scopes, resources } = question
  const texts = TEXTS[language]
  const [before, after] = texts.consentTitle
  return renderPage({
    status: retry === undefined ? 200 : 400,
    language,
    title: `${before}${clientName}${after}`,
    otherLanguageHref: question.otherLanguageHref,
    body: html`<h1>${before}<bdi>${clientName}</bdi>${after}</h1>
<p class="soft">${texts.sentBackTo} <code>${redirectUri}</code></p>
<p class="soft">${texts.clientId} <code>${clientId}</code></p>
${retry !== undefined && html`<p class="alert" role="alert" id="mistake">${texts.mistakes[retry.mistake]}</p>`}
<section>
<h2>${texts.scopesHeading}</h2>
<ul>${scopes.map(scope => html`<li>${texts.scopes[scope]} <code class="soft">${scope}</code></li>`)}</ul>
${resources.length > 0 && html`<p class="soft">${texts.at} <code>${resources.join(' ')}</code></p>`}
</section>
<form method="post" action="${question.action}">
${loginFields(language, retry)}
<fieldset>
<legend>${texts.limitHeading}</legend>
${LIMITS.filter(limit => limit !== 'requested' || question.requested.length > 0).map(limit => limitChoice(limit, question, retry))}
</fieldset>
<div class="buttons">
<button class="primary" type="submit" name="authorized" value="Authorize">${texts.authorize}</button>
<button type="submit" name="denied" value="Deny" formnovalidate>${texts.deny}</button>
</div>
</form>`
  })
}

function loginFields (language: Locale, retry: Retry | undefined): Markup {
  const texts = TEXTS[language]
  // The password is the one thing that a second try always has to type again.
  const retried = (retry?.form?.loginId ?? '') !== ''
  const invalid = retry?.mistake === 'credentials' && html` aria-invalid="true" aria-describedby="mistake"`
  return html`<fieldset>
<legend>${texts.loginHeading}</legend>
<div class="fields">
<div class="field"><label for="loginId">${texts.loginId}</label><input type="text" id="loginId" name="loginId" value="${retry?.form?.loginId ?? ''}" required autocomplete="username" autocapitalize="none" spellcheck="false"${!retried && html` autofocus`}${invalid}></div>
<div class="field"><label for="password">${texts.password}</label><input type="password" id="password" name="password" required autocomplete="current-password"${retried && html` autofocus`}${invalid}></div>
</div>
<p class="soft">${texts.accountsHint}</p>
</fieldset>`
}

function limitChoice (limit: Limit, question: ConsentQuestion, retry: Retry | undefined): Markup {
  const { title, more } = TEXTS[question.language].limits[limit]
  const checked = limit === (retry?.form?.limit ?? preselectedLimit(question.requested))
  return html`<div class="choice">
<label><input type="radio" name="limit" value="${limit}" aria-describedby="more-${limit}"${checked && html` checked`}> ${title}</label>
<div class="more soft" id="more-${limit}">${more !== undefined && html`<p>${more}</p>`}${inWords(limit, question)}</div>
${limit === 'custom' && customFields(question.language, retry)}
</div>`
}

function inWords (limit: Limit, { requested, language }: ConsentQuestion): Markup | undefined {
  if (limit === 'standard') return html`<p>${limitInWords(STANDARD, language)}</p>`
  if (limit === 'requested') return html`<ul>${requested.map(element => html`<li>${limitInWords(element, language)}</li>`)}</ul>`
  return undefined
}

function customFields (language: Locale, retry: Retry | undefined): Markup {
  const texts = TEXTS[language]
  const field = (
    name: 'customAmount' | 'customTotalAmount', label: string, mistake: ConsentMistake
  ): Markup => html`<div class="field"><label for="${name}">${label}</label><input type="text" inputmode="numeric" id="${name}" name="${name}" value="${retry?.form?.[name] ?? ''}" autocomplete="off"${retry?.mistake === mistake && html` aria-invalid="true" aria-describedby="mistake"`}></div>`
  return html`<div class="more fields">
${field('customAmount', texts.customAmount, 'custom-amount')}
${field('customTotalAmount', texts.customTotalAmount, 'custom-total-amount')}
</div>`
}
