// What does every ticket store do, wherever it keeps its tickets? Run by one test file for each adapter.

import { strict as assert } from 'node:assert'
import type { Test } from 'tap'
import fc from 'fast-check'
import type { Person } from '../../src/kernel/person.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import type { SpendingLimit } from '../../src/tickets/domain/ledger.ts'
import type { CancelFailure, CancelReceipt, ReserveCommand, ReserveFailure, ReserveReceipt } from '../../src/tickets/domain/reservation.ts'
import type { Result } from '../../src/kernel/result.ts'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

export interface StoreUnderTest {
  readonly store: TicketStore
  readonly addTicket: (ticket: { title?: string, price?: number, seats?: number, currency?: string, eventDate?: string }) => Promise<number>
  readonly setPrice: (ticketId: number, price: number) => Promise<void>
  /** One line for each ticket or budget whose sums do not agree. */
  readonly audit: () => Promise<readonly string[]>
  /** Closes the store and opens what it left behind; absent where nothing outlives the process. */
  readonly restart?: () => Promise<StoreUnderTest>
}

/** A fresh store, closed by `t.teardown`. */
export type OpenStore = (t: Test) => Promise<StoreUnderTest>

const AT = epochMilliseconds(1_800_000_000_000)
const inga = { issuer: 'https://as.example', subject: '1004' }
const kenji = { issuer: 'https://as.example', subject: '1005' }

type Wish = Partial<Omit<ReserveCommand, 'ticketId'>> & { ticketId: number }

const reserve = (store: TicketStore, wish: Wish): Promise<Result<ReserveReceipt, ReserveFailure>> =>
  store.reserve({ person: inga, seats: 1, limits: 'unrestricted', at: AT, ...wish })

const cancel = (store: TicketStore, reservationId: number, person: Person = inga): Promise<Result<CancelReceipt, CancelFailure>> =>
  store.cancel({ person, reservationId, at: AT })

const single = (elementIndex: number, maxAmount: number, currency = 'JPY'): SpendingLimit => ({ elementIndex, currency, maxAmount })

const total = (elementIndex: number, maxTotalAmount: number, budgetKey: string, maxAmount = 1_000_000): SpendingLimit =>
  ({ elementIndex, currency: 'JPY', maxAmount, total: { maxTotalAmount, budgetKey } })

async function seatsLeft (store: TicketStore, ticketId: number): Promise<number | undefined> {
  return (await store.findTicket(ticketId))?.availableSeats
}

function receiptOf (t: Test, result: Result<ReserveReceipt, ReserveFailure>): ReserveReceipt {
  if (result.ok) return result.value
  t.fail(`refused: ${result.error.kind}`)
  throw new Error(result.error.kind)
}

export function ticketStoreContract (t: Test, open: OpenStore): void {
  t.test('the catalogue', t => catalogue(t, open))
  t.test('reserving and cancelling', t => reserving(t, open))
  t.test('whose reservation', t => ownership(t, open))
  t.test('budgets', t => budgets(t, open))
  t.test('idempotency keys', t => idempotency(t, open))
  t.test('many at once', t => interleavings(t, open))
  t.test('values that cannot be kept', t => badValues(t, open))
  t.test('after close, and after a restart', t => lifecycle(t, open))
}

async function catalogue (t: Test, open: OpenStore): Promise<void> {
  t.test('a new store holds three events in the days to come, in order of their dates', async t => {
    const { store } = await open(t)
    const tickets = await store.listTickets(10)
    t.strictSame(tickets.map(({ id, title, price, currency, availableSeats, totalSeats }) => [id, title, price, currency, availableSeats, totalSeats]), [
      [1, 'Authlete勉強会', 5_000, 'JPY', 50, 50],
      [2, 'Node.js ワークショップ', 8_000, 'JPY', 30, 30],
      [3, 'セキュリティ入門セミナー', 3_000, 'JPY', 100, 100]
    ])
    for (const ticket of tickets) {
      t.ok(Date.parse(ticket.eventDate) > Date.parse(ticket.createdAt), `${ticket.title} lies ahead`)
      t.match(ticket.eventDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    t.strictSame(await store.listTickets(2), tickets.slice(0, 2))
    t.strictSame(await store.findTicket(2), tickets[1])
    t.equal(await store.findTicket(4), undefined)
  })

  t.test('a search finds any part of a title, whatever its length, script or case', async t => {
    const { store, addTicket } = await open(t)
    const found = async (title: string): Promise<number[]> => (await store.searchTickets({ title })).map(ticket => ticket.id)
    const odd = await addTicket({ title: '100% "é" _Ünder_ 🫠日' })
    const each = collected(t)
    for (const [part, ids] of [
      ['authlete', [1]], ['AUTHLETE勉強会', [1]], ['勉', [1]], ['勉強', [1]], ['強会', [1]], ['会', [1]],
      ['node.JS ワ', [2]], ['.', [2]], ['JS', [2]], ['ップ', [2]], ['セミナー', [3]], ['ー', [2, 3]], ['', [1, 2, 3, odd]],
      ['%', [odd]], ['0%', [odd]], ['_', [odd]], ['"', [odd]], ['"É"', [odd]], ['ünder', [odd]], ['🫠', [odd]], ['🫠日', [odd]],
      ['*', []], ['1%', []], ['勉会', []], ['hlete 勉', []], ['OR', []], ['a OR 勉', []], ['\x1f', []], ['Aut\x1futh', []], ["'", []]
    ] as const) each.strictSame(await found(part), ids, JSON.stringify(part))
    each.end()
  })

  t.test('a search agrees with looking at every title', async t => {
    const { store, addTicket } = await open(t)
    const letters = fc.constantFrom('a', 'b', 'B', 'é', 'É', '勉', '強', ' ', '"', '*', '-', '🫠')
    const titles: string[] = []
    for (const { id, title } of await store.listTickets(10)) titles[id] = title
    await fc.assert(fc.asyncProperty(
      fc.string({ unit: letters, minLength: 1, maxLength: 6 }), fc.string({ unit: letters, minLength: 1, maxLength: 4 }),
      async (title, part) => {
        const id = await addTicket({ title })
        titles[id] = title
        const expected = Object.entries(titles).filter(([, text]) => text.toLowerCase().includes(part.toLowerCase())).map(([id]) => Number(id))
        const found = (await store.searchTickets({ title: part })).map(ticket => ticket.id).sort((left, right) => left - right)
        assert.deepEqual(found, expected, JSON.stringify({ title, part }))
      }), { numRuns: 60 })
  })

  t.test('a search combines title, price and free seats', async t => {
    const { store } = await open(t)
    const found = async (search: Parameters<TicketStore['searchTickets']>[0]): Promise<number[]> => (await store.searchTickets(search)).map(ticket => ticket.id)
    t.strictSame(await found({}), [1, 2, 3])
    t.strictSame(await found({ maxPrice: 5_000 }), [1, 3])
    t.strictSame(await found({ maxPrice: 4_999 }), [3])
    t.strictSame(await found({ minAvailableSeats: 50 }), [1, 3])
    t.strictSame(await found({ maxPrice: 5_000, minAvailableSeats: 51 }), [3])
    t.strictSame(await found({ title: 'ー', maxPrice: 5_000 }), [3])
    t.strictSame(await found({ title: 'ー', maxPrice: 8_000, minAvailableSeats: 31 }), [3])
    t.strictSame(await found({ maxPrice: 0 }), [])
  })

  t.test('a search among many finds what looking at every ticket finds', async t => {
    const { store, addTicket } = await open(t)
    const words = ['Workshop', 'WORKSHOP for beginners', '勉強会', 'évening of ', 'aaaaaaaaaaaaaaaaaaaa', ' ']
    for (let number = 0; number < 400; number++) {
      // what is cheap is sold out, and all have the same few prices
      const price = number % 4 * 1_000
      await addTicket({
        title: `${words[number % 6]}${words[number % 5]} ${number % 40}`,
        eventDate: new Date(AT + number * 7 % 400 * 3_600_000).toISOString(),
        price,
        seats: price < 2_000 ? 0 : number % 13
      })
    }
    const tickets = await store.listTickets(1_000)
    t.equal(tickets.length, 403)
    const part = fc.oneof(
      fc.constantFrom('', 'work', 'é', ' 1', 'aa', '勉強会 3', 'no title has it', 'SHOP for beginnersWorkshop 2', 'workshop for beginnersévening of  21', 'a'.repeat(40), 'a'.repeat(41)),
      fc.tuple(fc.constantFrom(...tickets), fc.nat(20), fc.nat(30)).map(([{ title }, start, length]) => Array.from(title).slice(start, start + length).join('')))
    await fc.assert(fc.asyncProperty(
      fc.record({ title: part, maxPrice: fc.nat(4_000), minAvailableSeats: fc.nat(13) }, { requiredKeys: [] }),
      async search => {
        const { title = '', maxPrice = Infinity, minAvailableSeats = 0 } = search
        const expected = tickets.filter(ticket => ticket.title.toLowerCase().includes(title.toLowerCase()) && ticket.price <= maxPrice && ticket.availableSeats >= minAvailableSeats)
        const found = await store.searchTickets(search)
        const ids = new Set(expected.map(({ id }) => id))
        assert.equal(found.length, Math.min(expected.length, 100), JSON.stringify(search))
        assert.deepEqual(found, tickets.filter(({ id }) => ids.has(id) && found.some(ticket => ticket.id === id)), 'fitting ones, in order')
      }), { numRuns: 300 })
  })

  t.test('a search answers with a hundred tickets at most, in order of their dates', async t => {
    const { store, addTicket } = await open(t)
    for (let day = 120; day > 0; day--) {
      await addTicket({ title: `many ${day}`, eventDate: new Date(AT + day * 86_400_000).toISOString(), price: 1_000 })
    }
    for (const search of [{ title: 'many' }, { maxPrice: 1_000 }, { minAvailableSeats: 1 }, {}]) {
      const dates = (await store.searchTickets(search)).map(ticket => ticket.eventDate)
      t.equal(dates.length, 100)
      t.strictSame(dates, dates.toSorted())
    }
  })
}

async function reserving (t: Test, open: OpenStore): Promise<void> {
  t.test('a reservation takes seats at the price of the catalogue; its cancellation gives them back', async t => {
    covers('tickets.cancelled-once')
    const { store, audit } = await open(t)
    const receipt = receiptOf(t, await reserve(store, { ticketId: 2, seats: 3 }))
    t.strictSame(receipt, {
      reservation: {
        id: receipt.reservation.id,
        ticketId: 2,
        ticketTitle: 'Node.js ワークショップ',
        seats: 3,
        amount: 24_000,
        currency: 'JPY',
        status: 'active',
        reservedAt: '2027-01-15T08:00:00.000Z'
      },
      availableSeats: 27,
      repeated: false
    })
    t.strictSame(await store.reservationsOf(inga), [receipt.reservation])
    t.equal(await seatsLeft(store, 2), 27)

    const cancelled = { ...receipt.reservation, status: 'cancelled' }
    t.strictSame(await cancel(store, receipt.reservation.id), { ok: true, value: { reservation: cancelled, availableSeats: 30 } })
    t.strictSame(await cancel(store, receipt.reservation.id), { ok: false, error: { kind: 'already-cancelled' } })
    t.equal(await seatsLeft(store, 2), 30)
    t.strictSame(await store.reservationsOf(inga), [cancelled])
    t.strictSame(await audit(), [])
  })

  t.test('what cannot be reserved is refused and changes nothing', async t => {
    covers('tickets.seats-within-bounds')
    const { store, addTicket, audit } = await open(t)
    const refusal = async (wish: Wish): Promise<unknown> => {
      const result = await reserve(store, wish)
      return result.ok ? result : result.error
    }
    const ticketId = await addTicket({ price: 1_000, seats: 2 })
    t.strictSame(await refusal({ ticketId: 99 }), { kind: 'ticket-not-found' })
    t.strictSame(await refusal({ ticketId, seats: 3 }), { kind: 'not-enough-seats', availableSeats: 2 })
    t.strictSame(await refusal({ ticketId, seats: Number.MAX_SAFE_INTEGER }), { kind: 'not-enough-seats', availableSeats: 2 })
    t.strictSame(await refusal({ ticketId, seats: 2, limits: [single(0, 1_999)] }), { kind: 'amount-exceeds-limit', amount: 2_000, currency: 'JPY' })
    t.strictSame(await refusal({ ticketId, limits: [] }), { kind: 'amount-exceeds-limit', amount: 1_000, currency: 'JPY' }, 'no alternative')
    t.strictSame(await refusal({ ticketId, limits: [single(0, 1_000, 'USD')] }), { kind: 'amount-exceeds-limit', amount: 1_000, currency: 'JPY' }, 'other currency')
    t.strictSame(await store.reservationsOf(inga), [])
    t.equal(await seatsLeft(store, ticketId), 2)
    t.equal(receiptOf(t, await reserve(store, { ticketId, seats: 2 })).availableSeats, 0, 'the last seats')
    t.strictSame(await refusal({ ticketId }), { kind: 'not-enough-seats', availableSeats: 0 })
    t.strictSame(await audit(), [])
  })

  t.test('the price that counts is the one at the moment the seats are taken', async t => {
    covers('tickets.price-inside-the-transaction')
    const { store, setPrice } = await open(t)
    const quote = (await store.findTicket(1))?.price ?? 0
    const limits = [single(0, quote)]
    await setPrice(1, quote + 1)
    t.strictSame(await reserve(store, { ticketId: 1, limits }), { ok: false, error: { kind: 'amount-exceeds-limit', amount: quote + 1, currency: 'JPY' } })
    await setPrice(1, quote - 1)
    const { reservation } = receiptOf(t, await reserve(store, { ticketId: 1, limits }))
    t.equal(reservation.amount, quote - 1)
    await setPrice(1, 9_999)
    t.equal((await store.reservationsOf(inga))[0]?.amount, quote - 1, 'a reservation keeps its price')
  })

  t.test('a free ticket is reserved under a limit of nothing', async t => {
    const { store, addTicket } = await open(t)
    const ticketId = await addTicket({ price: 0 })
    t.strictSame(receiptOf(t, await reserve(store, { ticketId, limits: [total(0, 0, 'nothing', 0)] })).debited,
      { elementIndex: 0, balance: { currency: 'JPY', maxTotalAmount: 0, spent: 0, remaining: 0 } })
  })
}

async function ownership (t: Test, open: OpenStore): Promise<void> {
  t.test('another person\'s reservation looks like none', async t => {
    covers('tickets.another-persons-reservation-looks-like-none')
    const { store } = await open(t)
    const { reservation } = receiptOf(t, await reserve(store, { ticketId: 1 }))
    t.strictSame(await store.reservationsOf(kenji), [])
    const others = await cancel(store, reservation.id, kenji)
    t.strictSame(others, { ok: false, error: { kind: 'reservation-not-found' } })
    t.strictSame(await cancel(store, 12_345, kenji), others)
    t.strictSame(await store.reservationsOf(inga), [reservation])
    t.ok((await cancel(store, reservation.id)).ok)
    t.strictSame(await cancel(store, reservation.id, kenji), others, 'nor does it show that it was cancelled')
  })

  t.test('a person is an issuer with a subject, and a subject is text', async t => {
    covers('tickets.person-is-issuer-and-subject')
    const { store } = await open(t)
    await reserve(store, { ticketId: 1 })
    for (const person of [
      { issuer: 'https://other.example', subject: '1004' },
      { issuer: 'https://as.example', subject: '1004evil' },
      { issuer: 'https://as.example', subject: '01004' },
      { issuer: 'https://as.example', subject: '1004.0' },
      { issuer: 'https://as.example', subject: ' 1004' },
      { issuer: 'https://as.example1004', subject: '' },
      { issuer: 'HTTPS://AS.EXAMPLE', subject: '1004' }
    ]) t.strictSame(await store.reservationsOf(person), [], JSON.stringify(person))
    t.equal((await store.reservationsOf(inga)).length, 1)
  })

  t.test('a list of reservations begins with the newest', async t => {
    const { store } = await open(t)
    const ids: number[] = []
    for (const ticketId of [3, 1, 2]) ids.unshift(receiptOf(t, await reserve(store, { ticketId })).reservation.id)
    t.strictSame((await store.reservationsOf(inga)).map(reservation => reservation.id), ids)
    t.equal(new Set(ids).size, 3)
  })
}

async function budgets (t: Test, open: OpenStore): Promise<void> {
  t.test('the first alternative that suffices is debited, and two are never merged', async t => {
    covers('policy.details-elements-are-alternatives')
    const { store } = await open(t)
    const limits = [single(0, 4_999), total(1, 7_000, 'small'), total(2, 20_000, 'large', 5_000), single(4, 5_000)]
    const debited = async (): Promise<unknown> => {
      const result = await reserve(store, { ticketId: 1, limits })
      return result.ok ? result.value.debited : result.error
    }
    t.strictSame(await debited(), { elementIndex: 1, balance: { currency: 'JPY', maxTotalAmount: 7_000, spent: 5_000, remaining: 2_000 } })
    t.strictSame(await debited(), { elementIndex: 2, balance: { currency: 'JPY', maxTotalAmount: 20_000, spent: 5_000, remaining: 15_000 } })
    for (let times = 0; times < 3; times++) await debited()
    t.strictSame(await debited(), { elementIndex: 4 }, 'one without a total when every total is used up')
    t.strictSame(await reserve(store, { ticketId: 1, limits: [total(0, 7_000, 'small'), total(1, 8_000, 'small')] }),
      { ok: false, error: { kind: 'total-exceeded', amount: 5_000, currency: 'JPY', remaining: 3_000 } }, 'what remains of two is not added')
  })

  t.test('a total holds across reservations, and a cancellation gives its amount back', async t => {
    covers('tickets.total-across-reservations', 'tickets.cancelled-once')
    const { store, audit, setPrice } = await open(t)
    const limits = [total(0, 12_000, 'budget')]
    const first = receiptOf(t, await reserve(store, { ticketId: 1, limits }))
    receiptOf(t, await reserve(store, { ticketId: 1, limits }))
    t.strictSame(await reserve(store, { ticketId: 1, limits }), { ok: false, error: { kind: 'total-exceeded', amount: 5_000, currency: 'JPY', remaining: 2_000 } })
    await setPrice(1, 1_000)
    t.strictSame(await cancel(store, first.reservation.id), {
      ok: true,
      value: {
        reservation: { ...first.reservation, status: 'cancelled' },
        availableSeats: 49,
        credited: { amount: 5_000, balance: { currency: 'JPY', maxTotalAmount: 12_000, spent: 5_000, remaining: 7_000 } }
      }
    }, 'the amount that was paid, not the price of today')
    await cancel(store, first.reservation.id)
    t.strictSame(receiptOf(t, await reserve(store, { ticketId: 1, seats: 7, limits })).debited?.balance,
      { currency: 'JPY', maxTotalAmount: 12_000, spent: 12_000, remaining: 0 }, 'given back once, and used to the last yen')
    t.strictSame(await audit(), [])
  })

  t.test('two people never share a budget, even under one key', async t => {
    covers('tickets.budget-of-one-person')
    const { store, audit } = await open(t)
    const limits = [total(0, 5_000, 'same')]
    for (const person of [inga, kenji, { issuer: 'https://other.example', subject: '1004' }]) {
      t.equal(receiptOf(t, await reserve(store, { ticketId: 1, person, limits })).debited?.balance?.remaining, 0)
    }
    t.strictSame(await audit(), [])
  })

  t.test('each currency of a budget is counted apart', async t => {
    const { store, addTicket } = await open(t)
    const dollars = await addTicket({ price: 4_000, currency: 'USD' })
    receiptOf(t, await reserve(store, { ticketId: 1, limits: [total(0, 5_000, 'same')] }))
    const limits = [{ ...total(0, 5_000, 'same'), currency: 'USD' }]
    t.strictSame(receiptOf(t, await reserve(store, { ticketId: dollars, limits })).debited?.balance,
      { currency: 'USD', maxTotalAmount: 5_000, spent: 4_000, remaining: 1_000 })
  })

  t.test('a total that was lowered since leaves nothing, and one that was raised leaves the difference', async t => {
    const { store } = await open(t)
    receiptOf(t, await reserve(store, { ticketId: 1, seats: 2, limits: [total(0, 10_000, 'budget')] }))
    t.strictSame(await reserve(store, { ticketId: 1, limits: [total(0, 6_000, 'budget')] }),
      { ok: false, error: { kind: 'total-exceeded', amount: 5_000, currency: 'JPY', remaining: 0 } })
    t.equal(receiptOf(t, await reserve(store, { ticketId: 1, limits: [total(0, 16_000, 'budget')] })).debited?.balance?.remaining, 1_000)
  })
}

async function idempotency (t: Test, open: OpenStore): Promise<void> {
  t.test('the same key with the same wish gives the same reservation, debited once', async t => {
    covers('tickets.idempotency-key')
    const { store, audit } = await open(t)
    const wish = { ticketId: 1, seats: 2, limits: [total(3, 15_000, 'budget')], idempotencyKey: 'a retry' }
    const first = receiptOf(t, await reserve(store, wish))
    t.strictSame(await reserve(store, wish), { ok: true, value: { ...first, repeated: true } })
    t.strictSame(receiptOf(t, await reserve(store, { ...wish, limits: [] })), { ...first, repeated: true }, 'with a refreshed token too: nothing is debited')
    t.equal((await store.reservationsOf(inga)).length, 1)

    for (const other of [{ ...wish, seats: 1 }, { ...wish, ticketId: 2 }, { ...wish, ticketId: 99 }]) {
      t.strictSame(await reserve(store, other), { ok: false, error: { kind: 'idempotency-key-reused' } })
    }
    await cancel(store, first.reservation.id)
    t.match(await reserve(store, wish), { ok: true, value: { repeated: true, reservation: { status: 'cancelled' }, availableSeats: 50, debited: { balance: { spent: 0 } } } },
      'a retry does not revive what was cancelled since')
    t.strictSame(await audit(), [])
  })

  t.test('a key belongs to one person, and a refusal does not use it up', async t => {
    covers('tickets.idempotency-key')
    const { store } = await open(t)
    const wish = { ticketId: 1, idempotencyKey: 'key' }
    t.notOk((await reserve(store, { ...wish, limits: [single(0, 1)] })).ok)
    const mine = receiptOf(t, await reserve(store, wish))
    t.equal(mine.repeated, false)
    const theirs = receiptOf(t, await reserve(store, { ...wish, person: kenji }))
    t.equal(theirs.repeated, false)
    t.not(theirs.reservation.id, mine.reservation.id)
    t.strictSame(receiptOf(t, await reserve(store, wish)), { ...mine, availableSeats: 48, repeated: true })
  })

  t.test('a hundred retries at once make one reservation', async t => {
    const { store, audit } = await open(t)
    const wish = { ticketId: 1, limits: [total(0, 500_000, 'budget')], idempotencyKey: 'key' }
    const receipts = await Promise.all(Array.from({ length: 100 }, () => reserve(store, wish)))
    t.equal(receipts.filter(result => result.ok && !result.value.repeated).length, 1)
    t.ok(receipts.every(result => result.ok))
    t.equal((await store.reservationsOf(inga)).length, 1)
    t.equal(await seatsLeft(store, 1), 49)
    t.strictSame(await audit(), [])
  })
}

async function interleavings (t: Test, open: OpenStore): Promise<void> {
  t.test('a thousand reservations and cancellations at once keep seats and totals within bounds', async t => {
    covers('tickets.seats-within-bounds', 'tickets.total-across-reservations')
    const { store, addTicket, audit } = await open(t)
    const ticketId = await addTicket({ price: 100, seats: 40 })
    const people = Array.from({ length: 10 }, (_, index) => ({ issuer: 'https://as.example', subject: String(index) }))
    const results = await Promise.all(Array.from({ length: 1_000 }, async (_, index) => {
      const person = people[index % 10] ?? inga
      const result = await reserve(store, { ticketId, person, seats: 1 + index % 3, limits: [total(0, 1_000, 'budget')] })
      if (!result.ok) return result.error.kind
      const left = result.value.availableSeats
      assert.ok(left >= 0 && left <= 40 && (result.value.debited?.balance?.remaining ?? -1) >= 0, 'within bounds')
      if (index % 2 === 0) assert.ok((await cancel(store, result.value.reservation.id, person)).ok)
      return 'reserved'
    }))
    t.ok(results.includes('reserved') && results.includes('not-enough-seats'))
    t.strictSame(await audit(), [])
    const left = await seatsLeft(store, ticketId) ?? -1
    const held = (await Promise.all(people.map(person => store.reservationsOf(person)))).flat()
      .filter(reservation => reservation.status === 'active').reduce((sum, reservation) => sum + reservation.seats, 0)
    t.equal(left + held, 40)
  })

  t.test('any sequence of wishes is answered as plain arithmetic says', async t => {
    covers('tickets.total-across-reservations', 'tickets.idempotency-key', 'tickets.seats-within-bounds')
    const { store, addTicket, setPrice, audit } = await open(t)
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('reserve' as const), person: fc.nat(1), seats: fc.integer({ min: 1, max: 4 }), key: fc.option(fc.nat(2), { nil: undefined }), maxAmount: fc.integer({ min: 0, max: 2_000 }), totals: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 2 }) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel' as const), person: fc.nat(1), pick: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('price' as const), price: fc.integer({ min: 0, max: 900 }) }) })
    let round = 0
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
      const run = `${round++}`
      const ticketId = await addTicket({ price: 500, seats: 12 })
      const people = [{ issuer: run, subject: 'a' }, { issuer: run, subject: 'b' }]
      const book: { id: number, person: number, seats: number, amount: number, budget: number, key: number | undefined, active: boolean }[] = []
      let price = 500
      for (const wish of steps) {
        const held = book.filter(entry => entry.active)
        const free = 12 - held.reduce((sum, entry) => sum + entry.seats, 0)
        if (wish.kind === 'price') {
          await setPrice(ticketId, price = wish.price)
        } else if (wish.kind === 'cancel') {
          const target = book[wish.pick % Math.max(1, book.length)]
          const result = await cancel(store, target?.id ?? 0, people[wish.person])
          const expected = target?.person !== wish.person ? 'reservation-not-found' : target.active ? 'ok' : 'already-cancelled'
          assert.equal(result.ok ? 'ok' : result.error.kind, expected)
          if (target !== undefined && result.ok) target.active = false
        } else {
          const limits = wish.totals.map((bound, index) => total(index, bound, `budget ${index}`, wish.maxAmount))
          const spent = (budget: number): number => held.filter(entry => entry.person === wish.person && entry.budget === budget).reduce((sum, entry) => sum + entry.amount, 0)
          const earlier = wish.key === undefined ? undefined : book.find(entry => entry.person === wish.person && entry.key === wish.key)
          const amount = price * wish.seats
          // what costs nothing fits a total that was lowered below what is spent of it
          const budget = wish.totals.findIndex((bound, index) => amount <= wish.maxAmount && amount <= Math.max(0, bound - spent(index)))
          const expected = earlier !== undefined
            ? earlier.seats === wish.seats ? 'repeated' : 'idempotency-key-reused'
            : wish.seats > free ? 'not-enough-seats' : amount > wish.maxAmount ? 'amount-exceeds-limit' : budget < 0 ? 'total-exceeded' : 'ok'
          const result = await reserve(store, {
            ticketId, seats: wish.seats, limits, person: people[wish.person] ?? inga, ...wish.key === undefined ? {} : { idempotencyKey: String(wish.key) }
          })
          assert.equal(result.ok ? (result.value.repeated ? 'repeated' : 'ok') : result.error.kind, expected)
          if (result.ok && !result.value.repeated) {
            assert.equal(result.value.debited?.elementIndex, budget)
            assert.equal(result.value.debited?.balance?.spent, spent(budget) + amount)
            book.push({ id: result.value.reservation.id, person: wish.person, seats: wish.seats, amount, budget, key: wish.key, active: true })
          }
        }
      }
    }), { numRuns: 40 })
    t.strictSame(await audit(), [])
  })

  t.test('wishes at once never pass a total, in whatever order they are served', async t => {
    covers('tickets.total-across-reservations', 'tickets.budget-of-one-person')
    const { store, addTicket, audit } = await open(t)
    let round = 0
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({ person: fc.nat(2), seats: fc.integer({ min: 1, max: 5 }), cancels: fc.boolean() }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 3_000 }),
      async (wishes, bound) => {
        const run = `${round++}`
        const ticketId = await addTicket({ price: 100, seats: 60 })
        await Promise.all(wishes.map(async ({ person, seats, cancels }) => {
          const buyer = { issuer: run, subject: String(person) }
          const result = await reserve(store, { ticketId, seats, person: buyer, limits: [total(0, bound, 'budget')] })
          if (result.ok && cancels) await cancel(store, result.value.reservation.id, buyer)
        }))
        for (const subject of ['0', '1', '2']) {
          const held = (await store.reservationsOf({ issuer: run, subject })).filter(reservation => reservation.status === 'active')
          assert.ok(held.reduce((sum, reservation) => sum + reservation.amount, 0) <= bound, 'within the total')
        }
      }), { numRuns: 25 })
    t.strictSame(await audit(), [])
  })
}

async function badValues (t: Test, open: OpenStore): Promise<void> {
  t.test('a value that cannot be kept exactly is refused, and the store goes on', async t => {
    covers('tickets.text-never-cut')
    const { store, audit } = await open(t)
    const refused = { code: 'GW_STORAGE_BIND_INVALID' }
    // what a caller without types, or with a wrong schema, could hand over
    const wrong = (value: unknown): number => value as number
    const nameOf = (value: unknown): string => `${typeof value} ${JSON.stringify(value, (_, inner: unknown) => typeof inner === 'bigint' ? 'bigint' : inner) ?? ''}`
    for (const value of [-5, 0, 0.5, '3', true, NaN, Infinity, 2 ** 53, null, undefined, {}, 3n]) {
      await t.rejects(reserve(store, { ticketId: 1, seats: wrong(value) }), refused, `seats ${nameOf(value)}`)
    }
    for (const value of [0.5, true, NaN, -Infinity, 2 ** 53, undefined, {}, [1], 3n]) {
      await t.rejects(reserve(store, { ticketId: wrong(value) }), refused, `ticket ${nameOf(value)}`)
      await t.rejects(cancel(store, wrong(value)), refused)
      await t.rejects(store.findTicket(wrong(value)), refused)
    }
    for (const text of ['10\u000004', '\0', '\ud800', 'a\udc00b']) {
      await t.rejects(store.reservationsOf({ ...inga, subject: text }), refused, JSON.stringify(text))
      await t.rejects(reserve(store, { ticketId: 1, person: { ...inga, issuer: text } }), refused)
      await t.rejects(reserve(store, { ticketId: 1, idempotencyKey: text }), refused)
      await t.rejects(store.searchTickets({ title: text }), refused)
    }
    t.equal(await seatsLeft(store, 1), 50)
    const text = "Robert'); DROP TABLE tickets;-- \u202e\u0001 \u{1f9d1}\u200d\u{1f4bb}"
    const receipt = receiptOf(t, await reserve(store, { ticketId: 1, person: { issuer: text, subject: text }, idempotencyKey: text }))
    t.strictSame(await store.reservationsOf({ issuer: text, subject: text }), [receipt.reservation], 'strange text is only text')
    t.strictSame(await audit(), [])
  })
}

async function lifecycle (t: Test, open: OpenStore): Promise<void> {
  t.test('a closed store says so, and closing it twice is closing it once', async t => {
    covers('tickets.storage-failure-changes-nothing')
    const { store } = await open(t)
    await store.ping()
    await store.close()
    await store.close()
    const unavailable = { code: 'GW_STORAGE_UNAVAILABLE', retryAfterSeconds: 5 }
    await t.rejects(store.ping(), unavailable)
    await t.rejects(store.listTickets(1), unavailable)
    await t.rejects(store.searchTickets({ title: 'a' }), unavailable)
    await t.rejects(store.findTicket(1), unavailable)
    await t.rejects(store.reservationsOf(inga), unavailable)
    await t.rejects(reserve(store, { ticketId: 1 }), unavailable)
    await t.rejects(cancel(store, 1), unavailable)
  })

  t.test('a restart loses nothing', async t => {
    const before = await open(t)
    if (before.restart === undefined) return
    const kept = receiptOf(t, await reserve(before.store, { ticketId: 1, seats: 2, limits: [total(0, 15_000, 'budget')], idempotencyKey: 'key' }))
    const gone = receiptOf(t, await reserve(before.store, { ticketId: 2 }))
    await cancel(before.store, gone.reservation.id)
    const tickets = await before.store.listTickets(100)
    const mine = await before.store.reservationsOf(inga)

    const after = await before.restart()
    t.strictSame(await after.store.listTickets(100), tickets)
    t.strictSame(await after.store.reservationsOf(inga), mine)
    t.strictSame(receiptOf(t, await reserve(after.store, { ticketId: 1, seats: 2, limits: [], idempotencyKey: 'key' })), { ...kept, repeated: true })
    t.strictSame(await reserve(after.store, { ticketId: 1, seats: 2, limits: [total(0, 15_000, 'budget')] }),
      { ok: false, error: { kind: 'total-exceeded', amount: 10_000, currency: 'JPY', remaining: 5_000 } })
    const next = receiptOf(t, await reserve(after.store, { ticketId: 3 }))
    t.ok(next.reservation.id > gone.reservation.id, 'ids are not used again')
    t.strictSame(await after.audit(), [])
  })
}
