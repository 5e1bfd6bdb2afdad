// Writes a requested limit for people: one sentence for one element of `authorization_details`.

import type { Locale } from '../../kernel/locale.ts'
import { moneyText } from '../../kernel/money.ts'
import type { RequestedReservation } from '../requested-reservation.ts'
import { quoted } from './foreign-text.ts'
import { TEXTS } from './page-texts.ts'

export function limitInWords (element: RequestedReservation, language: Locale): string {
  const texts = TEXTS[language]
  const money = moneyText(language)
  const currency = element.currency ?? 'JPY'
  const books = element.actions.includes('book')
  return [
    actions(element.actions, language),
    books && texts.perReservation(money(element.maxAmount, currency)),
    books && element.maxTotalAmount !== undefined && texts.inTotal(money(element.maxTotalAmount, currency)),
    element.ticketIds !== undefined && (element.ticketIds.length === 0
      ? texts.noTicket
      : texts.onlyTickets(element.ticketIds.join(texts.listSeparator))),
    element.locations !== undefined && element.locations.length > 0 &&
      texts.onlyAt(element.locations.map(quoted).join(texts.listSeparator)),
    element.budgetId !== undefined && texts.fromBudget(quoted(element.budgetId)),
    element.validUntil !== undefined && texts.until(element.validUntil)
  ].filter(part => part !== false).join(texts.listSeparator)
}

function actions (granted: readonly ('book' | 'cancel')[], language: Locale): string {
  const texts = TEXTS[language]
  if (!granted.includes('cancel')) return texts.book
  return granted.includes('book') ? texts.bookAndCancel : texts.cancel
}
