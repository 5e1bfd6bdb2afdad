// What may a client ask for with `ticket-reservation`? The shape of one element of `authorization_details`, as a parser
// and as the JSON Schema that is published. It does not say what an element allows: the resource server decides that.

import { z } from 'zod'
import { err, ok, type Result } from '../kernel/result.ts'

export const TICKET_RESERVATION = 'ticket-reservation'

const wholeNumber = z.int().min(0)

const ticketReservation = z.strictObject({
  type: z.literal(TICKET_RESERVATION),
  actions: z.array(z.enum(['book', 'cancel'])).min(1)
    .describe('What may be done.'),
  maxAmount: wholeNumber.describe('The most that one reservation may cost, in minor units of the currency.'),
  currency: z.string().regex(/^[A-Z]{3}$/)
    .describe('ISO 4217. JPY when absent.').optional(),
  maxTotalAmount: wholeNumber
    .describe('The most that all reservations of the budget may cost together, in minor units of the currency.').optional(),
  budgetId: z.string().regex(/^[\x21-\x7e]{1,128}$/)
    .describe('Names the budget that maxTotalAmount is counted on. A fresh one is issued when absent.').optional(),
  ticketIds: z.array(wholeNumber).min(1)
    .describe('Only these tickets.').optional(),
  locations: z.array(z.string().min(1)).min(1)
    .describe('Only at these resource servers (RFC 9396 section 2.2).').optional(),
  validUntil: z.iso.datetime({ offset: true })
    .describe('Not after this time (RFC 3339).').optional()
})

/** @see https://www.rfc-editor.org/rfc/rfc9396#section-2 */
export type RequestedReservation = z.output<typeof ticketReservation>

/** What is issued always says its currency and its budget. */
export type IssuedReservation = RequestedReservation & Required<Pick<RequestedReservation, 'currency' | 'budgetId'>>

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

const { $schema, ...schema } = z.toJSONSchema(ticketReservation, { io: 'input' })

/**
 * The type as an authorization server's metadata of types gives it.
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-rar-metadata-remediation/
 */
export const TICKET_RESERVATION_METADATA = {
  version: '1.0',
  description: 'Booking and cancelling tickets up to an amount.',
  schema: { $schema, title: TICKET_RESERVATION, ...schema },
  examples: [
    { type: TICKET_RESERVATION, actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY' },
    { type: TICKET_RESERVATION, actions: ['book'], maxAmount: 8_000, maxTotalAmount: 20_000, currency: 'JPY', ticketIds: [1, 2] }
  ]
} as const
