// The page of an authorization request: the client, what it asks for, the login and the limits. It works without JavaScript.

import type { Locale } from '../../kernel/locale.ts'
import {
  limitsOf, preselectedLimit, standardElements, type ConsentForm, type ConsentMistake, type ConsentOffer, type Limit
} from '../consent.ts'
import { isTicketsAlone } from '../gateways/resource-facts.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import { limitFields } from './limit-fields-markup.ts'
import { elementInWords } from './limit-in-words.ts'
import { renderPage, type Page } from './page.ts'
import { TEXTS } from './page-texts.ts'
import type { Texts } from './page-wording.ts'
import { loginFields } from './login-fields.ts'

export interface ConsentQuestion extends ConsentOffer {
  readonly language: Locale
  /** Where the form is sent: this page, with its language. */
  readonly action: string
  readonly otherLanguageHref: string
  readonly clientName: string
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  /** It asks who the person is, and for nothing else: there is no limit to choose. */
  readonly loginAlone: boolean
  /** Titles of the tools that need each scope, as far as they are known. */
  readonly toolsOf: Readonly<Record<string, readonly string[]>>
  readonly resources: readonly string[]
  /** Of the resources, for people. */
  readonly resourceName: string
}

interface Retry {
  /** Everything that is wrong, the first of the page first. */
  readonly mistakes: readonly ConsentMistake[]
  readonly form: ConsentForm | undefined
}

/** Beyond it a list of tools says less than its beginning. */
const MAX_TITLES = 12
const MAX_NAME = 60

export function renderConsentPage (question: ConsentQuestion, retry?: Retry): Page {
  const { language, clientName, clientId, redirectUri, scopes, resources } = question
  const texts = TEXTS[language]
  const tickets = isTicketsAlone(question.types)
  const [before, after] = titleAround(question, tickets)
  const choices = limitsOf(question)
  return renderPage({
    status: retry === undefined ? 200 : 400,
    language,
    title: `${before}${shortened(clientName)}${after}`,
    otherLanguageHref: question.otherLanguageHref,
    body: html`<h1>${before}<bdi class="client">${shortened(clientName)}</bdi>${after}</h1>
<p class="soft">${texts.sentBackTo} <code>${redirectUri}</code></p>
<p class="soft">${texts.clientId} <code>${clientId}</code></p>
${retry !== undefined && html`<p class="alert" role="alert" id="mistake">${retry.mistakes.map(mistake => texts.mistakes[mistake]).join(' ')}</p>`}
<section>
<h2>${tickets || question.loginAlone ? texts.scopesHeading : texts.gateway.scopesHeading}</h2>
<ul>${scopes.map(scope => scopeItem(scope, question))}</ul>
${resources.length > 0 && html`<p class="soft">${texts.at} <code>${resources.join(' ')}</code></p>`}
</section>
<form method="post" action="${question.action}">
${loginFieldset(language, retry)}
${choices.length > 1 && html`<fieldset>
<legend>${tickets ? texts.limitHeading : texts.gateway.limitHeading}</legend>
${choices.map(limit => limitChoice(limit, question, retry))}
</fieldset>`}
<div class="buttons">
<button class="primary" type="submit" name="authorized" value="Authorize">${question.loginAlone ? texts.loginHeading : texts.authorize}</button>
<button type="submit" name="denied" value="Deny" formnovalidate>${texts.deny}</button>
</div>
</form>`
  })
}

function titleAround ({ language, loginAlone, resourceName }: ConsentQuestion, tickets: boolean): readonly [before: string, after: string] {
  const texts = TEXTS[language]
  if (loginAlone) return texts.loginTitle
  return tickets ? texts.consentTitle : texts.gateway.consentTitle(resourceName)
}

function loginFieldset (language: Locale, retry: Retry | undefined): Markup {
  const texts = TEXTS[language]
  // The password has to be typed again anyway; what else is wrong is easily overlooked, and gets the focus.
  const focused = retry === undefined || (retry.form?.loginId ?? '') === '' ? 'loginId' : focusedField(retry)
  const invalid = retry?.mistakes.includes('credentials') === true && html` aria-invalid="true" aria-describedby="mistake"`
  return html`<fieldset>
<legend>${texts.loginHeading}</legend>
<div class="fields">
${loginFields(texts, { loginId: retry?.form?.loginId ?? '', focused, attributes: invalid })}
</div>
<p class="soft">${texts.accountsHint}</p>
</fieldset>`
}

/** The first that is wrong in the order of the page, the login with it. */
function focusedField ({ mistakes: [first = 'credentials'] }: Retry): 'password' | 'customAmount' | 'customTotalAmount' {
  switch (first) {
    case 'custom-amount': return 'customAmount'
    case 'custom-total-amount': return 'customTotalAmount'
    case 'credentials':
    case 'no-decision':
    case 'limit':
    case 'custom-limit': return 'password'
  }
}

/** A client chooses its name; a long one must not be the page. */
function shortened (name: string): string {
  const characters = [...name]
  return characters.length <= MAX_NAME ? name : `${characters.slice(0, MAX_NAME).join('')}…`
}

function limitChoice (limit: Limit, question: ConsentQuestion, retry: Retry | undefined): Markup {
  const tickets = isTicketsAlone(question.types)
  const { title, more } = wordsOf(tickets, question)[limit]
  const checked = limit === (retry?.form?.limit ?? preselectedLimit(question))
  return html`<div class="choice">
<label><input type="radio" name="limit" value="${limit}" aria-describedby="more-${limit}"${checked && html` checked`}> ${title}</label>
<div class="more soft" id="more-${limit}">${more !== undefined && html`<p>${more}</p>`}${inWords(limit, question)}</div>
${limit === 'custom' && (tickets ? customFields(question.language, retry) : limitFields(question, question.language, retry?.form))}
</div>`
}

function wordsOf (tickets: boolean, { language }: ConsentQuestion): Texts['limits'] {
  return tickets ? TEXTS[language].limits : TEXTS[language].gateway.limits
}

function scopeItem (scope: string, { language, toolsOf }: ConsentQuestion): Markup {
  const { scopes, listSeparator, gateway } = TEXTS[language]
  const titles = toolsOf[scope] ?? []
  const own = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined
  const words = own ?? (titles.length > 0 ? gateway.toolsOf(titles.slice(0, MAX_TITLES).join(listSeparator)) : '')
  return own === undefined
    ? html`<li><code>${scope}</code> ${words}${titles.length > MAX_TITLES && ' …'}</li>`
    : html`<li>${own} <code class="soft">${scope}</code></li>`
}

function inWords (limit: Limit, { requested, types, language }: ConsentQuestion): Markup | undefined {
  if (limit !== 'standard' && limit !== 'requested') return undefined
  const sentences = (limit === 'requested' ? requested : standardElements(types)).map(element => elementInWords(element, types, language))
  return limit === 'standard' && sentences.length === 1
    ? html`<p>${sentences}</p>`
    : html`<ul>${sentences.map(sentence => html`<li>${sentence}</li>`)}</ul>`
}

function customFields (language: Locale, retry: Retry | undefined): Markup {
  const texts = TEXTS[language]
  const field = (name: 'customAmount' | 'customTotalAmount', label: string, mistake: ConsentMistake): Markup => {
    const invalid = retry?.mistakes.includes(mistake) === true && html` aria-invalid="true" aria-describedby="mistake"`
    const focus = retry?.mistakes[0] === mistake && html` autofocus`
    return html`<div class="field"><label for="${name}">${label}</label><input type="text" inputmode="numeric" id="${name}" name="${name}"
 value="${retry?.form?.[name] ?? ''}" autocomplete="off"${invalid}${focus}></div>`
  }
  return html`<div class="more fields">
${field('customAmount', texts.customAmount, 'custom-amount')}
${field('customTotalAmount', texts.customTotalAmount, 'custom-total-amount')}
</div>`
}
