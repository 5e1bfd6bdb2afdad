// The applications that may act for a person, and the question before one is revoked.

import { visibleName } from '../../kernel/foreign-text.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import type { AllowedApplication, WithdrawalProblem } from '../withdrawals.ts'
import { limitSentence } from './limit-sentence.ts'
import { done, shopPage, type View } from './shop-page.ts'
import { momentText } from './shop-times.ts'

interface Around {
  /** `late`: the gateways could not be told, or are not. */
  readonly revoked: 'yes' | 'late' | undefined
  readonly gatewaysAreTold: boolean
  readonly readsEndAfterSeconds: number | undefined
  /** What the active reservations of each client cost, as text. */
  readonly usedBy: ReadonlyMap<string, string>
}

export function applicationsPage (view: View, applications: readonly AllowedApplication[], around: Around): string {
  const { texts } = view
  return shopPage(view, {
    title: texts.places.applications,
    place: 'applications',
    body: html`${around.revoked !== undefined && done(around.revoked === 'yes' ? texts.revoked : `${texts.revoked} ${texts.readsGoOn(around.readsEndAfterSeconds)}`)}
<p>${texts.applicationsIntro} ${around.gatewaysAreTold ? texts.readsEndToo : texts.readsGoOn(around.readsEndAfterSeconds)}</p>
${applications.length === 0
  ? html`<p class="card">${texts.noApplications}</p>`
  : html`<ul class="list">${applications.map(application => item(view, application, around))}</ul>`}`
  })
}

function item (view: View, application: AllowedApplication, { usedBy }: Around): Markup {
  const { texts, language } = view
  const name = nameOf(application)
  const used = usedBy.get(application.clientId)
  return html`<li class="card">
<div><h2>◆ <bdi>${name}</bdi></h2>
<p class="soft">${application.returnsTo.length > 0 && html`${texts.sendsYouBackTo} <code>${application.returnsTo.map(visibleName).join(' ')}</code> · `}${texts.nameIsItsOwn}</p></div>
<p><a class="danger" href="/applications/revoke?client=${encodeURIComponent(application.clientId)}">${texts.revoke}<span class="hidden"> ${name}</span></a></p>
<div class="wide">${application.grants.map(({ since, scopes, details }) => html`
<p><b>${texts.allowedOn}</b> ${momentText(since, language)}</p>
<ul>${scopes.map(scope => html`<li>${Object.hasOwn(texts.scopes, scope) ? texts.scopes[scope] : visibleName(scope)}</li>`)}
${details.map(element => html`<li>${texts.limit}: ${limitSentence(element, language)}</li>`)}</ul>`)}
${used !== undefined && html`<p>${texts.usedSoFar(used)}</p>`}</div>
</li>`
}

/** @param makers the names of clients that made reservations, where the authorization server cannot say more */
export function withoutListPage (view: View, problem: WithdrawalProblem, makers: readonly string[], issuer: string): string {
  const { texts } = view
  return shopPage(view, {
    title: texts.places.applications,
    place: 'applications',
    body: problem === 'not-offered'
      ? html`<p class="card">${texts.notOffered}</p>
<ul>${makers.map(name => html`<li><bdi>${name}</bdi></li>`)}</ul>
<p><a href="${issuer}" rel="noreferrer">${texts.atTheServer}</a></p>`
      : html`<p class="card" role="alert">${problem === 'down' ? texts.applicationsDown : texts.logInAgain}</p>`
  })
}

export function revokePage (view: View, application: AllowedApplication): string {
  const { texts, person } = view
  const name = nameOf(application)
  return shopPage(view, {
    title: texts.reallyRevoke(name),
    place: 'applications',
    body: html`<form class="row card" method="post" action="/applications/revoke">
<input type="hidden" name="_csrf" value="${person?.csrf}"><input type="hidden" name="client" value="${application.clientId}">
<button class="danger">${texts.revoke}<span class="hidden"> ${name}</span></button> <a href="/applications">${texts.keep}</a>
</form>`
  })
}

function nameOf ({ name, clientId }: AllowedApplication): string {
  return visibleName(name) || visibleName(clientId)
}
