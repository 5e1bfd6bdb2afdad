// The three events of a new catalogue, to practise with. Their dates are relative to the day of the first start, so that they
// lie in the future.

import type { Locale } from '../../kernel/locale.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { Ticket } from '../domain/ticket.ts'

export type NewTicket = Omit<Ticket, 'id' | 'availableSeats'>

interface Seed {
  readonly title: Readonly<Record<Locale, string>>
  readonly description: Readonly<Record<Locale, string>>
  readonly price: number
  readonly totalSeats: number
  readonly daysAhead: number
  readonly startHourUtc: number
}

const DAY_MS = 86_400_000

// start hours are evenings and afternoons in Japan (UTC+9)
const SEEDS: readonly Seed[] = [
  {
    title: { ja: 'Authlete勉強会', en: 'Authlete study session' },
    description: {
      ja: 'OAuth 2.1 と OpenID Connect の基礎を、Authlete を使って手を動かしながら学びます。',
      en: 'Learn the foundations of OAuth 2.1 and OpenID Connect hands-on with Authlete.'
    },
    price: 5_000,
    totalSeats: 50,
    daysAhead: 14,
    startHourUtc: 10
  },
  {
    title: { ja: 'Node.js ワークショップ', en: 'Node.js workshop' },
    description: {
      ja: 'Node.js と TypeScript で MCP サーバーを作り、認可で守るところまでを一日で体験します。',
      en: 'Build an MCP server with Node.js and TypeScript in one day and protect it with authorization.'
    },
    price: 8_000,
    totalSeats: 30,
    daysAhead: 28,
    startHourUtc: 4
  },
  {
    title: { ja: 'セキュリティ入門セミナー', en: 'Introduction to security seminar' },
    description: {
      ja: 'Web アプリケーションのよくある脆弱性と、その防ぎ方を実例で学ぶ入門セミナーです。',
      en: 'Common weaknesses of web applications and how to prevent them, shown by examples.'
    },
    price: 3_000,
    totalSeats: 100,
    daysAhead: 42,
    startHourUtc: 5
  }
]

/** In the order of their ids: 1, 2, 3. */
export function seedTickets (createdAt: EpochMilliseconds, locale: Locale): readonly NewTicket[] {
  const midnight = Math.floor(createdAt / DAY_MS) * DAY_MS
  return SEEDS.map(seed => ({
    title: seed.title[locale],
    description: seed.description[locale],
    price: seed.price,
    currency: 'JPY',
    totalSeats: seed.totalSeats,
    eventDate: new Date(midnight + seed.daysAhead * DAY_MS + seed.startHourUtc * 3_600_000).toISOString(),
    createdAt: new Date(createdAt).toISOString()
  }))
}
