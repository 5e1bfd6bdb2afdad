// Parses one element of `authorization_details` of type `ticket-reservation`. Its schema is published in
// ticket-reservation-metadata.ts; the resource server decides what an element allows.

import { z } from 'zod'
import { err, ok, type Result } from '../kernel/result.ts'

export const TICKET_RESERVATION = 'ticket-reservation'

const wholeNumber = z.int().min(0)

const ticketReservation = z.strictObject({
  type: z.literal(TICKET_RESERVATION),
  actions: z.array(z.enum(['book', 'cancel'])).min(1),
  /** In minor units of the currency, like every amount. */
  maxAmount: wholeNumber,
  currency: z.string().regex(/^[A-Z]{3}$/).optional(),
  maxTotalAmount: wholeNumber.optional(),
  budgetId: z.string().regex(/^[\x21-\x7e]{1,128}$/).optional(),
  ticketIds: z.array(wholeNumber).optional(),
  locations: z.array(z.string()).optional(),
  validUntil: z.iso.datetime({ offset: true }).optional()
})

/** @see https://www.rfc-editor.org/rfc/rfc9396#section-2 */
export type RequestedReservation = z.output<typeof ticketReservation>

/** The error is a sentence for `error_description`: ASCII, without quotes and backslashes (RFC 6749 section 4.1.2.1). */
export function parseRequestedReservation (element: unknown): Result<RequestedReservation, string> {
  const parsed = ticketReservation.safeParse(element)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  if (issue?.code === 'unrecognized_keys') return err(`${TICKET_RESERVATION}: unknown member ${printable(issue.keys[0])}`)
  return err(`${TICKET_RESERVATION}: ${printable(issue?.path[0])} is missing or not as its schema says`)
}

function printable (member: PropertyKey | undefined): string {
  return typeof member === 'string' && /^[\w-]{1,40}$/.test(member) ? member : '(unprintable)'
}
