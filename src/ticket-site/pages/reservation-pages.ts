// A person's reservations with who made each, and the question before one is cancelled.

import { visibleName } from '../../kernel/foreign-text.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import { moneyText } from '../../kernel/money.ts'
import type { OwnReservation } from '../../tickets/ticket-service.ts'
import { limitSentence } from './limit-sentence.ts'
import { alert, done, shopPage, type View } from './shop-page.ts'
import { dayText, momentText } from './shop-times.ts'

export type ClientNames = Readonly<Record<string, string>>

export interface JustDone {
  readonly made?: number
  readonly cancelled?: number
}

export function reservationsPage (view: View, reservations: readonly OwnReservation[], names: ClientNames, just: JustDone): string {
  const { texts } = view
  const has = (id: number | undefined) => id !== undefined && reservations.some(reservation => reservation.id === id)
  return shopPage(view, {
    title: texts.places.reservations,
    place: 'reservations',
    body: html`${has(just.made) && done(texts.made(just.made ?? 0))}
${has(just.cancelled) && done(texts.isCancelled(just.cancelled ?? 0))}
${reservations.length === 0
  ? html`<p class="card">${texts.noReservations}</p>`
  : html`<ul class="list">${reservations.map(reservation => item(view, reservation, names))}</ul>`}`
  })
}

function item (view: View, reservation: OwnReservation, names: ClientNames): Markup {
  const { texts, language } = view
  const active = reservation.status === 'active'
  return html`<li class="card${!active && ' cancelled'}">
<div><h2><bdi>${reservation.ticketTitle}</bdi> · ${texts.seatCount(reservation.seats)}</h2>
<p class="soft">${dayText(reservation.eventDate, language)} · #${reservation.id}</p>
<p><span class="price">${moneyText(language)(reservation.amount, reservation.currency)}</span>${!active && html` <span class="chip">– ${texts.cancelled}</span>`}</p></div>
${active
  ? html`<p><a class="danger" href="/reservations/${reservation.id}/cancel">${texts.cancel}<span class="hidden"> ${reservation.ticketTitle}</span></a></p>`
  : html`<p></p>`}
${madeBy(view, reservation, names)}
</li>`
}

function madeBy ({ texts, language }: View, { madeBy, under, reservedAt, cancelledBy }: OwnReservation, names: ClientNames): Markup {
  const when = momentText(reservedAt, language)
  const end = cancelledBy !== undefined && html`<br>${texts.cancelledBy(cancelledBy.through === 'site' ? texts.you : nameOf(cancelledBy.clientId))}`
  switch (madeBy?.through) {
    case undefined: return html`<p class="by">${texts.unknownMaker}${end}</p>`
    case 'site': return html`<p class="by person"><b>✓ ${texts.you}</b> ${texts.madeHere(when)}${end}</p>`
    case 'client': return html`<p class="by application"><b>◆ <bdi>${nameOf(madeBy.clientId)}</bdi></b> ${texts.madeForYou(when)}
<br>${under === undefined ? texts.withoutLimit : texts.under(limitSentence(under, language))}${end}</p>`
  }

  function nameOf (clientId: string | undefined): string {
    if (clientId === undefined) return texts.anApplication
    return (Object.hasOwn(names, clientId) && names[clientId]) || visibleName(clientId) || texts.anApplication
  }
}

export function cancelPage (view: View, reservation: OwnReservation, problem?: string): string {
  const { texts, person, language } = view
  return shopPage(view, {
    title: texts.reallyCancel(reservation.ticketTitle),
    place: 'reservations',
    body: html`${problem !== undefined && alert(problem)}
<section class="card">
<p>${texts.seatCount(reservation.seats)} · ${moneyText(language)(reservation.amount, reservation.currency)} · #${reservation.id}</p>
<form class="row" method="post" action="/reservations/${reservation.id}/cancel">
<input type="hidden" name="_csrf" value="${person?.csrf}">
<button class="danger">${texts.cancel}<span class="hidden"> ${reservation.ticketTitle}</span></button> <a href="/reservations">${texts.keep}</a>
</form>
</section>`
  })
}
