// What authorization servers and clients were told about ticket-reservation. A literal, never computed: a change here
// is a change of the published type, and needs a new version of it.

import t from 'tap'
import { isJsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { detailsTypesMetadata } from '../../src/policy/authorization-details/types-metadata.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'

const PUBLISHED = {
  version: '1',
  description: 'Lets a client book and cancel ticket reservations for a person, up to a limit.',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ticket reservations',
    description: 'Lets a client book and cancel ticket reservations for a person, up to a limit.',
    type: 'object',
    properties: {
      type: {
        const: 'ticket-reservation'
      },
      actions: {
        title: 'Allowed actions',
        description: 'What may be done: book, cancel, or both.',
        type: 'array',
        items: {
          enum: [
            'book',
            'cancel'
          ]
        },
        minItems: 1
      },
      maxAmount: {
        title: 'Highest amount of one reservation',
        description: 'The price of all seats of one reservation may not be above this. Integer, minor units of the currency (JPY has none).',
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991
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
        description: 'The active reservations made from this budget may not cost more than this together; cancelling gives the amount back. No such limit when absent.',
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991
      },
      budgetId: {
        title: 'Budget',
        description: 'Names the budget that maxTotalAmount limits. Issued by the authorization server at consent; 1 to 128 visible ASCII characters.',
        type: 'string',
        pattern: '^[\\x21-\\x7e]{1,128}$'
      },
      ticketIds: {
        title: 'Tickets',
        description: 'Only these tickets may be booked; any when absent.',
        type: 'array',
        items: {
          type: 'integer',
          minimum: 0,
          maximum: 9007199254740991
        }
      },
      locations: {
        title: 'Where',
        description: 'Resource identifiers of the servers at which this holds, compared byte for byte; anywhere when absent.',
        type: 'array',
        items: {
          type: 'string',
          format: 'uri'
        }
      },
      validUntil: {
        title: 'Valid until',
        description: 'RFC 3339 date-time from which on nothing is allowed; while the token lives when absent.',
        type: 'string',
        format: 'date-time'
      }
    },
    required: [
      'type',
      'actions',
      'maxAmount'
    ],
    additionalProperties: false
  },
  examples: [
    {
      type: 'ticket-reservation',
      actions: [
        'book',
        'cancel'
      ],
      maxAmount: 10000,
      currency: 'JPY'
    },
    {
      type: 'ticket-reservation',
      actions: [
        'book'
      ],
      maxAmount: 8000,
      maxTotalAmount: 30000,
      budgetId: 'b-5f1c',
      ticketIds: [
        2
      ]
    }
  ]
}

t.test('ticket-reservation — its published metadata is what it was', async t => {
  covers('policy.types-metadata')
  const uri = 'http://localhost:3443/docs/mcp'
  const published = JSON.parse(JSON.stringify(detailsTypesMetadata([ticketReservation], uri))) as Record<string, Record<string, JsonValue>>
  const { 'description#ja': description, 'schema#ja': japanese, ...english } = published['ticket-reservation'] ?? {}
  t.same(english, { ...PUBLISHED, documentation_uri: uri })
  t.equal(description, '上限の範囲内で、本人に代わってチケットを予約・取り消しできるようにします。')
  t.same(withoutTexts(japanese), withoutTexts(PUBLISHED.schema), 'in Japanese only the texts differ')
})

function withoutTexts (value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(item => withoutTexts(item) ?? [])
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).filter(([name, text]) => typeof text !== 'string' || (name !== 'title' && name !== 'description'))
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutTexts(member) ?? null]))
}
