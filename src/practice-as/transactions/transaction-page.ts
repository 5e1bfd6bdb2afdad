// The page of one transaction: what the resource server has signed, who asks, and the person's decision. It shows validated content of the
// challenge alone; the person logs in with the decision, so that the address of the page is no authority (section 5.2 of the draft).

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Locale } from '../../kernel/locale.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'
import { findAccountByLogin, type Account } from '../accounts.ts'
import { TRANSACTION_PAGE_PATH } from '../endpoints.ts'
import type { Knowledge } from '../gateways/known-resources.ts'
import { renderLostPage } from '../pages/error-page.ts'
import { elementInWords } from '../pages/limit-in-words.ts'
import { renderPage, type Page } from '../pages/page.ts'
import { TEXTS } from '../pages/page-texts.ts'
import { sendPage } from '../pages/send-page.ts'
import { readPostedForm } from '../posted-form.ts'
import type { PendingTransaction, PendingTransactions } from './pending-transactions.ts'
import { loginFields } from '../pages/login-fields.ts'

export interface TransactionPageParts {
  readonly pending: PendingTransactions
  readonly knowledge: () => Knowledge
  readonly accounts: readonly Account[]
}

interface Words {
  readonly title: string
  readonly once: string
  readonly approve: string
  readonly done: string
  readonly doneAdvice: string
}

const WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    title: 'Allow this one call?',
    once: 'For this call alone, and once. Anything else needs another permission.',
    approve: 'Allow once',
    done: 'Decided',
    doneAdvice: 'You can close this page. The application goes on.'
  },
  ja: {
    title: 'この 1 回の呼び出しを許可しますか？',
    once: 'この呼び出しだけに、1 回だけ有効です。ほかの操作には別の許可が必要です。',
    approve: '1 回だけ許可する',
    done: '回答しました',
    doneAdvice: 'このページは閉じてかまいません。アプリケーションが続行します。'
  }
}

/** @returns false for another path */
export function createTransactionPage ({ pending, knowledge, accounts }: TransactionPageParts) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    if (!url.pathname.startsWith(TRANSACTION_PAGE_PATH)) return false
    if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
      response.writeHead(405, { Allow: 'GET, HEAD, POST' }).end()
      return true
    }
    const transaction = pending.ofPage(url.pathname.slice(TRANSACTION_PAGE_PATH.length))
    const language = chooseLanguage({ clicked: url.searchParams.get('lang'), acceptLanguage: request.headers['accept-language'] })
    if (transaction === undefined || transaction.decision !== 'pending') sendPage(request, response, renderLostPage(request))
    else if (request.method !== 'POST') sendPage(request, response, question(transaction, knowledge(), language))
    else sendPage(request, response, await decided(request, transaction, language))
    return true
  }

  async function decided (request: IncomingMessage, transaction: PendingTransaction, language: Locale): Promise<Page> {
    const form = await readPostedForm(request)
    const wrong = (): Page => question(transaction, knowledge(), language, true)
    if (!form.ok) return wrong()
    const account = findAccountByLogin(form.value.get('loginId') ?? '', form.value.get('password') ?? '', accounts)
    const denies = form.value.has('denied')
    if (!denies && (account === undefined || !form.value.has('authorized'))) return wrong()
    // Of two answers at the same time the first one counts.
    if (transaction.decision === 'pending') transaction.decision = denies || account === undefined ? 'denied' : { subject: account.subject }
    const { done, doneAdvice } = WORDS[language]
    return renderPage({ language, title: done, body: html`<h1>${done}</h1><p>${doneAdvice}</p>` })
  }
}

function question (
  { challenge: { resource, reason, details }, clientName, clientId, pageId }: PendingTransaction, knowledge: Knowledge, language: Locale,
  retry = false
): Page {
  const texts = TEXTS[language]
  const words = WORDS[language]
  const types = knowledge.typesAt([resource])
  const name = knowledge.of(resource)?.name ?? resource
  const path = `${TRANSACTION_PAGE_PATH}${pageId}`
  const elements: readonly Markup[] = details.map(element => html`<li>${elementInWords(element, types, language)}</li>`)
  return renderPage({
    status: retry ? 400 : 200,
    language,
    title: words.title,
    otherLanguageHref: `${path}?lang=${texts.otherLanguage}`,
    body: html`<h1>${words.title}</h1>
<p><bdi>${clientName}</bdi> → <bdi>${name}</bdi>: <strong>${reason}</strong></p>
<p class="soft">${texts.clientId} <code>${clientId}</code> ${texts.at} <code>${resource}</code></p>
<ul>${elements}</ul>
<p>${words.once}</p>
${retry && html`<p class="alert" role="alert">${texts.mistakes.credentials}</p>`}
<form method="post" action="${path}?lang=${language}">
<fieldset><legend>${texts.loginHeading}</legend><div class="fields">
${loginFields(texts)}
</div><p class="soft">${texts.accountsHint}</p></fieldset>
<div class="buttons">
<button class="primary" type="submit" name="authorized" value="Authorize">${words.approve}</button>
<button type="submit" name="denied" value="Deny" formnovalidate>${texts.deny}</button>
</div>
</form>`
  })
}
