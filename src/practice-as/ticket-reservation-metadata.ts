// The metadata of `ticket-reservation` for clients: the same version and JSON Schema as the gateway that enforces the type. It
// is written a second time because an authorization server is another program; a test compares the two.

import { TICKET_RESERVATION } from './requested-reservation.ts'

const AMOUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation */
export const TICKET_RESERVATION_METADATA = {
  version: '1',
  description: 'Lets a client book and cancel ticket reservations for a person, up to a limit.',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ticket reservations',
    description: 'Lets a client book and cancel ticket reservations for a person, up to a limit.',
    type: 'object',
    properties: {
      type: { const: TICKET_RESERVATION },
      actions: {
        title: 'Allowed actions',
        description: 'What may be done: book, cancel, or both.',
        type: 'array',
        items: { enum: ['book', 'cancel'] },
        minItems: 1
      },
      maxAmount: {
        title: 'Highest amount of one reservation',
        description: 'The price of all seats of one reservation may not be above this. Integer, minor units of the currency ' +
          '(JPY has none).',
        ...AMOUNT
      },
      currency: {
        title: 'Currency',
        description: 'ISO 4217 code of the amounts; JPY when absent.',
        type: 'string',
        pattern: '^[A-Z]{3}$',
        default: 'JPY'
      },
      maxTotalAmount: {
        title: 'Highest amount of all reservations together',
        description: 'The active reservations made from this budget may not cost more than this together; cancelling gives the amount ' +
          'back. No such limit when absent.',
        ...AMOUNT
      },
      budgetId: {
        title: 'Budget',
        description: 'Names the budget that maxTotalAmount limits. Issued by the authorization server at consent; 1 to 128 visible ' +
          'ASCII characters.',
        type: 'string',
        pattern: '^[\\x21-\\x7e]{1,128}$'
      },
      ticketIds: {
        title: 'Tickets',
        description: 'Only these tickets may be booked; any when absent.',
        type: 'array',
        items: AMOUNT
      },
      locations: {
        title: 'Where',
        description: 'Resource identifiers of the servers at which this holds, compared byte for byte; anywhere when absent.',
        type: 'array',
        items: { type: 'string', format: 'uri' }
      },
      validUntil: {
        title: 'Valid until',
        description: 'RFC 3339 date-time from which on nothing is allowed; while the token lives when absent.',
        type: 'string',
        format: 'date-time'
      }
    },
    required: ['type', 'actions', 'maxAmount'],
    additionalProperties: false
  },
  examples: [
    { type: TICKET_RESERVATION, actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY' },
    { type: TICKET_RESERVATION, actions: ['book'], maxAmount: 8_000, maxTotalAmount: 30_000, budgetId: 'b-5f1c', ticketIds: [2] }
  ]
} as const
