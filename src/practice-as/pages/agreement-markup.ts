// The page that asks a person to raise a limit, what follows it, and the page where there is nothing to ask. They work without JavaScript.

import type { IncomingMessage } from 'node:http'
import type { JsonObject } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import { html } from '../../kernel/markup.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'
import type { DetailsTypeFacts } from '../gateways/resource-facts.ts'
import { elementInWords } from './limit-in-words.ts'
import { renderPage, type Page } from './page.ts'
import { TEXTS } from './page-texts.ts'
import { loginFields } from './login-fields.ts'

export interface AgreementQuestion {
  readonly language: Locale
  /** Of this page. */
  readonly url: URL
  readonly clientName: string
  /** Checked elements. */
  readonly elements: readonly JsonObject[]
  readonly types: readonly DetailsTypeFacts[]
}

interface Retry {
  readonly mistake: 'no-decision' | 'credentials' | 'not-yours'
  readonly loginId: string
}

interface AgreementTexts {
  readonly title: readonly [before: string, after: string]
  readonly already: string
  readonly asks: string
  readonly notYours: string
  readonly agree: string
  readonly agreed: string
  readonly notAgreed: string
  readonly back: string
  readonly nothingTitle: string
  readonly nothing: string
}

const WORDS: Readonly<Record<Locale, AgreementTexts>> = {
  en: {
    title: ['Allow ', ' more?'],
    already: 'This application has access already. What it wants to do now is above the limit that you agreed to.',
    asks: 'It asks for',
    notYours: 'This question is for another person, for whom the application acts.',
    agree: 'Agree',
    agreed: 'You agreed.',
    notAgreed: 'You did not agree. Nothing has changed.',
    back: 'Go back to the application and continue there.',
    nothingTitle: 'Nothing to agree to',
    nothing: 'The application has no access any more, or the address is not complete. Go back to the application and try again.'
  },
  ja: {
    title: ['', 'への許可を広げますか？'],
    already: 'このアプリはすでにアクセスを許可されています。行おうとしている操作が、許可済みの上限を超えています。',
    asks: '求められている内容',
    notYours: 'この確認は別の人に向けたものです。アプリは別の人の代わりに動いています。',
    agree: '許可する',
    agreed: '許可しました。',
    notAgreed: '許可しませんでした。何も変わっていません。',
    back: 'アプリに戻って続けてください。',
    nothingTitle: '確認する内容がありません',
    nothing: 'アプリのアクセスが終了しているか、アドレスが途中で切れています。アプリに戻って、もう一度試してください。'
  }
}

export function renderAgreementPage (question: AgreementQuestion, retry?: Retry): Page {
  const { language, clientName, elements, types } = question
  const [texts, words] = [TEXTS[language], WORDS[language]]
  const [before, after] = words.title
  const mistake = retry === undefined ? undefined : retry.mistake === 'not-yours' ? words.notYours : texts.mistakes[retry.mistake]
  return renderPage({
    status: retry === undefined ? 200 : 400,
    language,
    title: `${before}${clientName}${after}`,
    otherLanguageHref: pathIn(question, language === 'en' ? 'ja' : 'en'),
    body: html`<h1>${before}<bdi>${clientName}</bdi>${after}</h1>
<p>${words.already}</p>
${mistake !== undefined && html`<p class="alert" role="alert" id="mistake">${mistake}</p>`}
<section>
<h2>${words.asks}</h2>
<ul>${elements.map(element => html`<li>${elementInWords(element, types, language)}</li>`)}</ul>
</section>
<form method="post" action="${pathIn(question, language)}">
<fieldset>
<legend>${texts.loginHeading}</legend>
<div class="fields">
${loginFields(texts, { loginId: retry?.loginId ?? '' })}
</div>
<p class="soft">${texts.accountsHint}</p>
</fieldset>
<div class="buttons">
<button class="primary" type="submit" name="authorized" value="Authorize">${words.agree}</button>
<button type="submit" name="denied" value="Deny" formnovalidate>${texts.deny}</button>
</div>
</form>`
  })
}

export function renderAgreementDone ({ language }: AgreementQuestion, agreed: boolean): Page {
  const words = WORDS[language]
  const title = agreed ? words.agreed : words.notAgreed
  return renderPage({ language, title, body: html`<h1>${title}</h1><p>${words.back}</p>` })
}

export function renderNoAgreement (request: IncomingMessage): Page {
  const language = chooseLanguage({ acceptLanguage: request.headers['accept-language'] })
  const { nothingTitle, nothing } = WORDS[language]
  return renderPage({ status: 404, language, title: nothingTitle, body: html`<h1>${nothingTitle}</h1><p>${nothing}</p>` })
}

function pathIn ({ url }: AgreementQuestion, language: Locale): string {
  const other = new URL(url)
  other.searchParams.set('lang', language)
  return `${other.pathname}${other.search}`
}
