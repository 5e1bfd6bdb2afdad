// The authorization details type "ticket-reservation", and the spending limits of a permit. The storage checks totals in the
// transaction that takes the seats.

import { GatewayError } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { defineDetailsType } from '../../policy/authorization-details/details-type.ts'
import { limits } from '../../policy/authorization-details/vocabulary.ts'
import type { Permit } from '../../policy/permit.ts'
import { budgetKey } from '../../ledger/budget-key.ts'
import type { SpendingLimit } from '../../ledger/spending-limit.ts'

/** A booking says all that can be limited; a cancellation costs nothing, and may be of any ticket. */
export type TicketReservationCall =
  | { readonly action: 'book', readonly ticketId: number, readonly amount: number, readonly currency: string }
  | { readonly action: 'cancel' }

/**
 * `actions` and `maxAmount` are required: an element that does not say what it allows allows nothing, so a token from
 * today does not allow an action that is added tomorrow. As null and empty common members count as absent, an empty
 * `actions` is refused the same way.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2
 */
export const ticketReservation = defineDetailsType<TicketReservationCall>({
  type: 'ticket-reservation',
  version: '1',
  title: { en: 'Ticket reservations', ja: 'チケットの予約' },
  description: {
    en: 'Lets a client book and cancel ticket reservations for a person, up to a limit.',
    ja: '上限の範囲内で、本人に代わってチケットを予約・取り消しできるようにします。'
  },
  members: {
    actions: limits.words({
      of: call => call.action,
      values: ['book', 'cancel'],
      required: true,
      title: { en: 'Allowed actions', ja: '許可する操作' },
      description: { en: 'What may be done: book, cancel, or both.', ja: '許可する操作（book: 予約、cancel: 取り消し）。' }
    }),
    maxAmount: limits.upper({
      of: call => call.action === 'book' ? call.amount : undefined,
      required: true,
      currencyMember: 'currency',
      title: { en: 'Highest amount of one reservation', ja: '1回の予約の上限額' },
      description: {
        en: 'The price of all seats of one reservation may not be above this. Integer, minor units of the currency (JPY has none).',
        ja: '1回の予約の全席分の合計金額の上限。通貨の最小単位の整数（日本円では円）。'
      }
    }),
    currency: limits.currency({
      of: call => call.action === 'book' ? call.currency : undefined,
      whenAbsent: 'JPY',
      title: { en: 'Currency', ja: '通貨' },
      description: { en: 'ISO 4217 code of the amounts; JPY when absent.', ja: '金額の通貨（ISO 4217）。省略時は JPY。' }
    }),
    maxTotalAmount: limits.total({
      of: call => call.action === 'book' ? call.amount : undefined,
      currencyMember: 'currency',
      title: { en: 'Highest amount of all reservations together', ja: '予約全体の上限額' },
      description: {
        en: 'The active reservations made from this budget may not cost more than this together; cancelling gives the amount back. No ' +
          'such limit when absent.',
        ja: 'この予算による有効な予約の合計金額の上限。取り消すと戻ります。省略時は上限なし。'
      }
    }),
    budgetId: limits.label({
      title: { en: 'Budget', ja: '予算' },
      description: {
        en: 'Names the budget that maxTotalAmount limits. Issued by the authorization server at consent; 1 to 128 visible ASCII ' +
          'characters.',
        ja: 'maxTotalAmount の対象となる予算の名前。同意のときに認可サーバーが発行します（印字可能な ASCII 1〜128 文字）。'
      }
    }),
    ticketIds: limits.integerIdentifiers({
      of: call => call.action === 'book' ? call.ticketId : undefined,
      title: { en: 'Tickets', ja: '対象のチケット' },
      description: { en: 'Only these tickets may be booked; any when absent.', ja: '予約できるチケットの ID。省略時はすべて。' }
    }),
    locations: limits.locations({
      title: { en: 'Where', ja: '利用先' },
      description: {
        en: 'Resource identifiers of the servers at which this holds, compared byte for byte; anywhere when absent.',
        ja: '有効なサーバーのリソース識別子（完全一致）。省略時は制限なし。'
      }
    }),
    validUntil: limits.notAfter({
      title: { en: 'Valid until', ja: '有効期限' },
      description: {
        en: 'RFC 3339 date-time from which on nothing is allowed; while the token lives when absent.',
        ja: 'この日時（RFC 3339）以降は使えません。省略時はトークンの有効期間。'
      }
    })
  },
  examples: [
    { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10000, currency: 'JPY' },
    { type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, maxTotalAmount: 30000, budgetId: 'b-5f1c', ticketIds: [2] }
  ]
})

/**
 * The permit as alternatives for the ledger, in the token's order.
 * @throws GatewayError GW_INTERNAL when the permit holds an element that decide() cannot have allowed
 */
export function spendingLimits (permit: Permit): 'unrestricted' | readonly SpendingLimit[] {
  if (permit.details === 'unrestricted') return 'unrestricted'
  return permit.details.map(({ index, element }) => spendingLimit(permit, index, element))
}

function spendingLimit ({ person, clientId }: Permit, elementIndex: number, element: JsonObject): SpendingLimit {
  const canonicalDetails = ticketReservation.canonical(element)
  const { maxAmount, currency, maxTotalAmount, budgetId } = canonicalDetails ?? {}
  if (canonicalDetails === undefined || typeof maxAmount !== 'number' || typeof currency !== 'string') {
    throw new GatewayError('GW_INTERNAL', 'a permit holds an element that is not a ticket-reservation')
  }
  if (typeof maxTotalAmount !== 'number') return { elementIndex, element, currency, maxAmount }
  const name = typeof budgetId === 'string' ? { budgetId } : { canonicalDetails }
  return { elementIndex, element, currency, maxAmount, total: { maxTotalAmount, budgetKey: budgetKey({ person, clientId, ...name }) } }
}
