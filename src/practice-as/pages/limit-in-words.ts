// How is a requested limit said to a person? One sentence for one element of `authorization_details`.

import type { RequestedReservation } from '../requested-reservation.ts'
import type { Language } from './language.ts'
import { TEXTS } from './page-texts.ts'

export function limitInWords (element: RequestedReservation, language: Language): string {
  const texts = TEXTS[language]
  const currency = element.currency ?? 'JPY'
  const books = element.actions.includes('book')
  return [
    actions(element.actions, language),
    books && texts.perReservation(money(element.maxAmount, currency, language)),
    books && element.maxTotalAmount !== undefined && texts.inTotal(money(element.maxTotalAmount, currency, language)),
    element.ticketIds !== undefined && (element.ticketIds.length === 0 ? texts.noTicket : texts.onlyTickets(element.ticketIds.join(texts.listSeparator))),
    element.locations !== undefined && element.locations.length > 0 && texts.onlyAt(element.locations.join(texts.listSeparator)),
    element.validUntil !== undefined && texts.until(element.validUntil)
  ].filter(part => part !== false).join(texts.listSeparator)
}

function actions (granted: readonly ('book' | 'cancel')[], language: Language): string {
  const texts = TEXTS[language]
  if (!granted.includes('cancel')) return texts.book
  return granted.includes('book') ? texts.bookAndCancel : texts.cancel
}

/** @param amount in minor units: yen have none, dollars have cents. */
function money (amount: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  // Japanese formatting gives the wide yen sign; every other price of this system has the narrow one.
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0)).replace('\uFFE5', '¥')
}
