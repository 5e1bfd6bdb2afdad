// The catalogue, and the page of one ticket with its form.

import { html, type Markup } from '../../kernel/markup.ts'
import { moneyText } from '../../kernel/money.ts'
import type { Ticket } from '../../tickets/ticket-service.ts'
import { alert, shopPage, type View } from './shop-page.ts'
import { dayText } from './shop-times.ts'

export interface Searched {
  readonly words: string
  readonly seats: number | undefined
}

export function cataloguePage (view: View, tickets: readonly Ticket[], searched: Searched, notice: string | undefined): string {
  const { texts, language } = view
  return shopPage(view, {
    title: texts.places.tickets,
    place: 'tickets',
    body: html`${notice !== undefined && html`<p class="card" role="status">${notice}</p>`}
<form class="row card" role="search" action="/">
<label>${texts.search}<input type="search" name="q" maxlength="200" value="${searched.words}"></label>
<label>${texts.atLeastSeats}<input class="number" type="number" name="seats" min="1" max="1000000" value="${searched.seats}"></label>
<button>${texts.search}</button>
</form>
${tickets.length === 0
  ? html`<p class="card" role="status">${texts.nothingFound}</p>`
  : html`<ul class="items">${tickets.map(ticket => html`<li class="card"><h2><bdi>${ticket.title}</bdi></h2>
<p class="soft">${dayText(ticket.eventDate, language)} · #${ticket.id}</p>
${priceAndSeats(ticket, view)}
<p><a href="/tickets/${ticket.id}">${texts.see}<span class="hidden"> ${ticket.title}</span></a></p></li>`)}</ul>`}`
  })
}

/** What was sent and could not be done, to be shown again. */
interface Retry {
  readonly problem: string
  readonly seats: string
}

/** @param wish the idempotency key of the form */
export function ticketPage (view: View, ticket: Ticket, wish: string, retry?: Retry): string {
  const { texts, language, person } = view
  return shopPage(view, {
    title: ticket.title,
    place: 'tickets',
    body: html`${retry !== undefined && alert(retry.problem)}
<section class="card">
<p class="soft">${dayText(ticket.eventDate, language)} · #${ticket.id}</p>
<p>${ticket.description}</p>
${priceAndSeats(ticket, view)}
${ticket.availableSeats > 0 && (person === undefined
  ? !view.loginMissing && html`<p><a class="primary" href="/login?to=${encodeURIComponent(view.here)}">${texts.logInToReserve}</a></p>`
  : html`<form class="row" method="post" action="/reservations">
<input type="hidden" name="_csrf" value="${person.csrf}"><input type="hidden" name="ticket" value="${ticket.id}"><input type="hidden" name="wish" value="${wish}">
<label>${texts.seats}<input class="number" type="number" name="seats" min="1" max="${ticket.availableSeats}" required
 value="${retry?.seats ?? '1'}"${retry !== undefined && html` aria-invalid="true"`}></label>
<button class="primary">${texts.reserve}</button>
</form>`)}
</section>`
  })
}

function priceAndSeats ({ price, currency, availableSeats, totalSeats }: Ticket, { texts, language }: View): Markup {
  return html`<p><span class="price">${moneyText(language)(price, currency)}</span> ${texts.perSeat}</p>
<p>${availableSeats === 0 ? html`<span class="chip bad">✕ ${texts.soldOut}</span>` : texts.seatsLeft(availableSeats, totalSeats)}</p>`
}
