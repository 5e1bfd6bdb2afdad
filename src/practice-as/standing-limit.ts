// Limits that apply where no person sees a consent page: of a machine client, and of the people of an enterprise. All tokens of one
// client or enterprise share a budget, because its budget id is always the same. Only tickets have such a limit: what another type
// limits is known to its gateway alone.

import type { JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { STANDARD, standardElements } from './consent.ts'
import type { DetailsTypeFacts } from './gateways/resource-facts.ts'
import { issuedElement, parseRequestedElement } from './requested-element.ts'
import { TICKET_RESERVATION } from './requested-reservation.ts'

/** Yen for one reservation. */
const STANDING_LIMIT = STANDARD.maxAmount

/**
 * Grants what a machine client requests, or refuses it: a machine that is given less than it needs would only try again.
 * @returns an error for `error_description`
 */
export function grantedToMachine (
  types: readonly DetailsTypeFacts[], requested: readonly unknown[], budgetId: string
): Result<readonly JsonObject[], string> {
  const parsed = parseAll(types, requested)
  if (!parsed.ok) return parsed
  if (parsed.value.some(element => ticketAmount(element) > STANDING_LIMIT)) {
    return err(`maxAmount is above the limit of this client, ${STANDING_LIMIT} JPY`)
  }
  return ok(parsed.value.map(element => issuedElement(types, element, budgetId)))
}

/**
 * Grants what an application of an enterprise requests, reduced to the limit of the enterprise; nothing requested: the limit.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-7 (the answer says what was granted)
 */
export function grantedByEnterprise (
  types: readonly DetailsTypeFacts[], requested: readonly unknown[] | undefined, budgetId: string
): Result<readonly JsonObject[], string> {
  const parsed = requested === undefined ? ok(standardElements(types)) : parseAll(types, requested)
  if (!parsed.ok) return parsed
  return ok(parsed.value.map(element => issuedElement(types, reduced(element), budgetId)))
}

function reduced (element: JsonObject): JsonObject {
  return ticketAmount(element) > STANDING_LIMIT ? { ...element, maxAmount: STANDING_LIMIT } : element
}

/** Of one reservation; 0 for an element of another type. */
function ticketAmount ({ type, maxAmount }: JsonObject): number {
  return type === TICKET_RESERVATION ? Number(maxAmount) : 0
}

function parseAll (types: readonly DetailsTypeFacts[], requested: readonly unknown[]): Result<readonly JsonObject[], string> {
  const elements: JsonObject[] = []
  for (const element of requested) {
    const parsed = parseRequestedElement(types, element)
    if (!parsed.ok) return parsed
    const { type, currency = 'JPY' } = parsed.value
    if (type === TICKET_RESERVATION && currency !== 'JPY') return err('currency: only JPY is granted without a consent page')
    elements.push(parsed.value)
  }
  return ok(elements)
}
