// The metadata of `ticket-reservation` for clients: the same version and JSON Schema as the gateway that enforces the type. It
// is written a second time because an authorization server is another program; a test compares the two.

import { TICKET_RESERVATION } from './requested-reservation.ts'

const AMOUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const

const JAPANESE = {
  actions: {
    title: '許可する操作',
    description: '許可する操作（book: 予約、cancel: 取り消し）。'
  },
  maxAmount: {
    title: '1回の予約の上限額',
    description: '1回の予約の全席分の合計金額の上限。通貨の最小単位の整数（日本円では円）。'
  },
  currency: {
    title: '通貨',
    description: '金額の通貨（ISO 4217）。省略時は JPY。'
  },
  maxTotalAmount: {
    title: '予約全体の上限額',
    description: 'この予算による有効な予約の合計金額の上限。取り消すと戻ります。省略時は上限なし。'
  },
  budgetId: {
    title: '予算',
    description: 'maxTotalAmount の対象となる予算の名前。同意のときに認可サーバーが発行します（印字可能な ASCII 1〜128 文字）。'
  },
  ticketIds: {
    title: '対象のチケット',
    description: '予約できるチケットの ID。省略時はすべて。'
  },
  locations: {
    title: '利用先',
    description: '有効なサーバーのリソース識別子（完全一致）。省略時は制限なし。'
  },
  validUntil: {
    title: '有効期限',
    description: 'この日時（RFC 3339）以降は使えません。省略時はトークンの有効期間。'
  }
} as const

const SCHEMA = {
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
} as const

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation */
export const TICKET_RESERVATION_METADATA = {
  version: '1',
  description: 'Lets a client book and cancel ticket reservations for a person, up to a limit.',
  'description#ja': '上限の範囲内で、本人に代わってチケットを予約・取り消しできるようにします。',
  schema: SCHEMA,
  'schema#ja': {
    ...SCHEMA,
    title: 'チケットの予約',
    description: '上限の範囲内で、本人に代わってチケットを予約・取り消しできるようにします。',
    properties: Object.fromEntries(Object.entries(SCHEMA.properties).map(([name, member]) => {
      return [name, name in JAPANESE ? { ...member, ...JAPANESE[name as keyof typeof JAPANESE] } : member]
    }))
  },
  examples: [
    { type: TICKET_RESERVATION, actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY' },
    { type: TICKET_RESERVATION, actions: ['book'], maxAmount: 8_000, maxTotalAmount: 30_000, budgetId: 'b-5f1c', ticketIds: [2] }
  ]
} as const
