// One element of `authorization_details` as a sentence for the person under whose name it was used. Members that are not known are shown as
// they are, so that no limit is hidden.

import { quoted } from '../../kernel/foreign-text.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import { moneyText } from '../../kernel/money.ts'
import { SHOP_TEXTS } from './shop-texts.ts'

export function limitSentence (element: JsonObject, language: Locale): string {
  const { words } = SHOP_TEXTS[language]
  const { type, actions, maxAmount, maxTotalAmount, currency = 'JPY', ticketIds, validUntil, ...others } = element
  if (type !== 'ticket-reservation' || !Array.isArray(actions) || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    return quoted(JSON.stringify(element))
  }
  const money = (amount: number) => moneyText(language)(amount, currency)
  const parts = [
    words.actions[actions.length > 1 ? 'both' : actions[0] === 'cancel' ? 'cancel' : 'book'],
    typeof maxAmount === 'number' && words.perReservation(money(maxAmount)),
    typeof maxTotalAmount === 'number' && words.inTotal(money(maxTotalAmount)),
    Array.isArray(ticketIds) && words.onlyTickets(ticketIds.map(String).join(words.separator), ticketIds.length > 1),
    typeof validUntil === 'string' && words.until(quoted(validUntil)),
    ...Object.entries(others).map(([name, value]) => quoted(`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`))
  ]
  return parts.filter(part => part !== false).join(words.separator)
}
