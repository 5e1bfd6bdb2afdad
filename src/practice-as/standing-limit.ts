// Limits that apply where no person sees a consent page: of a machine client, and of the people of an enterprise. All tokens of one
// client or enterprise share a budget, because its budget id is always the same.

import { err, ok, type Result } from '../kernel/result.ts'
import { issued, STANDARD } from './consent.ts'
import { parseRequestedReservation, type IssuedReservation, type RequestedReservation } from './requested-reservation.ts'

/** Yen for one reservation. */
const STANDING_LIMIT = STANDARD.maxAmount

/**
 * Grants what a machine client requests, or refuses it: a machine that is given less than it needs would only try again.
 * @returns an error for `error_description`
 */
export function grantedToMachine (requested: readonly unknown[], budgetId: string): Result<readonly IssuedReservation[], string> {
  const parsed = parseAll(requested)
  if (!parsed.ok) return parsed
  if (parsed.value.some(({ maxAmount }) => maxAmount > STANDING_LIMIT)) {
    return err(`maxAmount is above the limit of this client, ${STANDING_LIMIT} JPY`)
  }
  return ok(parsed.value.map(element => issued(element, budgetId)))
}

/**
 * Grants what an application of an enterprise requests, reduced to the limit of the enterprise; nothing requested: the limit.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-7 (the answer says what was granted)
 */
export function grantedByEnterprise (
  requested: readonly unknown[] | undefined, budgetId: string
): Result<readonly IssuedReservation[], string> {
  if (requested === undefined) return ok([issued(STANDARD, budgetId)])
  const parsed = parseAll(requested)
  if (!parsed.ok) return parsed
  return ok(parsed.value.map(element => issued({ ...element, maxAmount: Math.min(element.maxAmount, STANDING_LIMIT) }, budgetId)))
}

function parseAll (requested: readonly unknown[]): Result<readonly RequestedReservation[], string> {
  const elements: RequestedReservation[] = []
  for (const element of requested) {
    const parsed = parseRequestedReservation(element)
    if (!parsed.ok) return parsed
    if ((parsed.value.currency ?? 'JPY') !== 'JPY') return err('currency: only JPY is granted without a consent page')
    elements.push(parsed.value)
  }
  return ok(elements)
}
