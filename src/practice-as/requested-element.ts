// One element of `authorization_details`: what a client requests, checked by the type that the resource publishes, and what is issued for
// it. `ticket-reservation` has its own check, whose words the tutorial shows.

import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { wrongMember } from './gateways/element-check.ts'
import type { DetailsTypeFacts } from './gateways/resource-facts.ts'
import { parseRequestedReservation, TICKET_RESERVATION } from './requested-reservation.ts'

/** Names a budget for members that limit a total; the authorization server chooses it. */
const BUDGET = 'budgetId'

/**
 * The error is a sentence for `error_description`: ASCII, without quotes and backslashes (RFC 6749 section 4.1.2.1).
 * @param types at the resources of the request
 */
export function parseRequestedElement (types: readonly DetailsTypeFacts[], element: unknown): Result<JsonObject, string> {
  if (!isJsonObject(element)) return err('expected objects')
  const facts = types.find(({ type }) => type === element['type'])
  if (facts === undefined) return err(`type: expected one of this resource, ${types.map(({ type }) => printable(type)).join(' ')}`)
  if (facts.type === TICKET_RESERVATION) {
    const parsed = parseRequestedReservation(element)
    return parsed.ok ? ok(element) : parsed
  }
  const wrong = wrongMember(facts.schema.en, element)
  if (wrong === undefined) return ok(element)
  return err(`${printable(facts.type)}: ${printable(wrong)} is missing, unknown or not as its schema says`)
}

/** The element with the defaults of its schema stated, and with a budget where its type has budgets. */
export function issuedElement (types: readonly DetailsTypeFacts[], element: JsonObject, budgetId: string = randomUUID()): JsonObject {
  const properties = types.find(({ type }) => type === element['type'])?.schema.en['properties']
  if (!isJsonObject(properties)) return element
  const stated = Object.entries(properties).flatMap(([name, schema]): Array<[string, JsonValue]> => {
    if (Object.hasOwn(element, name)) return []
    const value = name === BUDGET ? budgetId : isJsonObject(schema) ? schema['default'] : undefined
    return value === undefined ? [] : [[name, value]]
  })
  return { ...element, ...Object.fromEntries(stated) }
}

/** The form in which the library takes an element that was checked. */
export function typedElement (element: JsonObject): JsonObject & { readonly type: string } {
  const { type } = element
  return { ...element, type: typeof type === 'string' ? type : '' }
}

function printable (name: string): string {
  return /^[\w:/.-]{1,80}$/.test(name) ? name : '(unprintable)'
}
