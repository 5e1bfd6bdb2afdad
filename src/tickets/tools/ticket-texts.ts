// All texts of the ticket tools in both languages. Titles of tickets come from the storage.

import type { Locale } from '../../kernel/locale.ts'
import { moneyText, type MoneyText } from '../../kernel/money.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { Ticket } from '../domain/ticket.ts'

/** What a form shows beside each argument. */
interface ArgumentTexts {
  readonly limit: string
  readonly title: string
  readonly maxPrice: string
  readonly minAvailableSeats: string
  readonly ticketId: string
  readonly seats: string
  readonly idempotencyKey: string
  readonly reservationId: string
}

export interface TicketTexts {
  readonly arguments: ArgumentTexts
  readonly money: MoneyText
  readonly tickets: (tickets: readonly Ticket[]) => string
  readonly reservations: (reservations: readonly Reservation[]) => string
  readonly moreReservations: string
  readonly reserved: (reservation: Reservation, repeated: boolean) => string
  readonly remaining: (amount: string) => string
  readonly cancelled: (reservation: Reservation) => string
  readonly ticketNotFound: string
  readonly notEnoughSeats: (available: number) => string
  readonly idempotencyKeyReused: string
  readonly reservationNotFound: string
  readonly alreadyCancelled: string
}

export function ticketTexts (locale: Locale): TicketTexts {
  return locale === 'ja' ? JAPANESE : ENGLISH
}

const moneyEn = moneyText('en')
const moneyJa = moneyText('ja')

const ENGLISH: TicketTexts = {
  arguments: {
    limit: 'How many tickets at most, 1 to 100',
    title: 'Part of the title',
    maxPrice: 'Highest price of one seat, in minor units of the currency',
    minAvailableSeats: 'Seats that must be left',
    ticketId: 'The id of a ticket',
    seats: 'How many seats',
    idempotencyKey: 'Choose one per wish and repeat it when you try again: the reservation is then made once',
    reservationId: 'The id of one of your reservations'
  },
  money: moneyEn,
  tickets: tickets => tickets.length === 0
    ? 'No ticket found.'
    : tickets.map(({ id, title, price, currency, availableSeats, totalSeats, eventDate }) =>
      `#${id} ${title}: ${moneyEn(price, currency)}, ${availableSeats} of ${totalSeats} seats left, ${eventDate.slice(0, 10)}`).join('\n'),
  reservations: reservations => reservations.length === 0
    ? 'No reservation.'
    : reservations.map(({ id, ticketTitle, seats, amount, currency, status }) =>
      `#${id} ${ticketTitle}: ${seats} seat(s), ${moneyEn(amount, currency)}, ${status}`).join('\n'),
  moreReservations: 'There are older reservations, which are not listed.',
  reserved: ({ id, ticketTitle, seats, amount, currency }, repeated) =>
    `${repeated ? 'This reservation was made already' : 'The ticket is reserved'}. ` +
    `#${id} ${ticketTitle}: ${seats} seat(s), ${moneyEn(amount, currency)}`,
  remaining: amount => `${amount} of the authorized total remains.`,
  cancelled: ({ id, ticketTitle }) => `The reservation is cancelled. #${id} ${ticketTitle}`,
  ticketNotFound: 'There is no such ticket.',
  notEnoughSeats: available => `Not enough seats: ${available} left.`,
  idempotencyKeyReused: 'This idempotency_key was used for another reservation; choose a new one.',
  reservationNotFound: 'There is no such reservation.',
  alreadyCancelled: 'This reservation is cancelled already.'
}

const STATUS_JA = { active: '有効', cancelled: '取消済み' } as const

const JAPANESE: TicketTexts = {
  arguments: {
    limit: 'チケットの最大件数（1 から 100）',
    title: 'タイトルの一部',
    maxPrice: '1 席の上限価格（通貨の最小単位）',
    minAvailableSeats: '必要な残席数',
    ticketId: 'チケットの ID',
    seats: '席数',
    idempotencyKey: '1 つの予約ごとに決め、再試行では同じ値を指定します。予約は 1 回だけ行われます',
    reservationId: '自分の予約の ID'
  },
  money: moneyJa,
  tickets: tickets => tickets.length === 0
    ? '該当するチケットはありません。'
    : tickets.map(({ id, title, price, currency, availableSeats, totalSeats, eventDate }) =>
      `#${id} ${title}: ${moneyJa(price, currency)}、残り${availableSeats}席（全${totalSeats}席）、${eventDate.slice(0, 10)}`).join('\n'),
  reservations: reservations => reservations.length === 0
    ? '予約はありません。'
    : reservations.map(({ id, ticketTitle, seats, amount, currency, status }) =>
      `#${id} ${ticketTitle}: ${seats}席、${moneyJa(amount, currency)}、${STATUS_JA[status]}`).join('\n'),
  moreReservations: 'これより古い予約もありますが、表示していません。',
  reserved: ({ id, ticketTitle, seats, amount, currency }, repeated) =>
    `${repeated ? 'この予約は既に完了しています。' : 'チケット予約が完了しました。'}#${id} ${ticketTitle}: ${seats}席、${moneyJa(amount, currency)}`,
  remaining: amount => `許可された合計金額の残りは ${amount} です。`,
  cancelled: ({ id, ticketTitle }) => `予約を取り消しました。#${id} ${ticketTitle}`,
  ticketNotFound: 'チケットが見つかりません。',
  notEnoughSeats: available => `座席が足りません（残り${available}席）。`,
  idempotencyKeyReused: 'この idempotency_key は別の予約に使われています。新しい値を指定してください。',
  reservationNotFound: '予約が見つかりません。',
  alreadyCancelled: 'この予約は既に取り消されています。'
}
