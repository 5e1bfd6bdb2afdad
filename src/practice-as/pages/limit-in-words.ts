// Writes a requested limit for people: one sentence for one element of `authorization_details`. The words of a type are those that its
// gateway publishes; tickets have sentences here.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import { moneyText } from '../../kernel/money.ts'
import { fieldsOf, titleOf } from '../gateways/limit-fields.ts'
import type { DetailsTypeFacts } from '../gateways/resource-facts.ts'
import { parseRequestedReservation, type RequestedReservation } from '../requested-reservation.ts'
import { quoted, visibleName } from '../../kernel/foreign-text.ts'
import { TEXTS } from './page-texts.ts'

/** Beyond it a list of a client is cut: a person does not read a thousand items. */
const MAX_LISTED = 20

export function elementInWords (element: JsonObject, types: readonly DetailsTypeFacts[], language: Locale): string {
  const reservation = parseRequestedReservation(element)
  if (reservation.ok) return limitInWords(reservation.value, language)
  const facts = types.find(({ type }) => type === element['type'])
  if (facts === undefined) return ''
  const { listSeparator, labelled } = TEXTS[language]
  const members = fieldsOf(facts, language).flatMap(({ member, title }) => {
    const value = element[member]
    return value === undefined ? [] : [labelled(title, valueInWords(member, value, element, facts, language))]
  })
  return labelled(titleOf(facts, language), members.join(listSeparator))
}

function valueInWords (member: string, value: JsonValue, element: JsonObject, facts: DetailsTypeFacts, language: Locale): string {
  if (typeof value === 'number' && /amount|price|sum/i.test(member)) {
    const currency = element['currency'] ?? defaultOf(facts, 'currency')
    if (typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)) return moneyText(language)(value, currency)
  }
  if (typeof value === 'string') return quoted(value)
  if (!Array.isArray(value)) return visibleName(JSON.stringify(value))
  const items = (value as readonly JsonValue[]).slice(0, MAX_LISTED).map(item => {
    return typeof item === 'string' ? quoted(item) : visibleName(JSON.stringify(item))
  })
  return items.join(' ') + (value.length > MAX_LISTED ? ` … (+${value.length - MAX_LISTED})` : '')
}

function defaultOf ({ schema }: DetailsTypeFacts, member: string): JsonValue | undefined {
  const { properties } = schema.en
  const described = isJsonObject(properties) ? properties[member] : undefined
  return isJsonObject(described) ? described['default'] : undefined
}

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
      : texts.onlyTickets(element.ticketIds.join(texts.listSeparator), element.ticketIds.length > 1)),
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
