// Reservations of every ticket store: seats, prices, and whose they are.

import type { Test } from 'tap'
import { createTicketDesk } from '../../src/tickets/ticket-desk.ts'
import { covers } from '../support/covers.ts'
import { AT, cancel, inga, kenji, receiptOf, reserve, seatsLeft, single, total, type OpenStore, type Wish } from './store-under-test.ts'

export async function reserving (t: Test, open: OpenStore): Promise<void> {
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

  t.test('the person sees who made and who cancelled each; no limit or client is in what clients get', async t => {
    covers('shop.made-by')
    const { store } = await open(t)
    const desk = createTicketDesk(store, { now: () => AT, monotonicMs: () => 0 })
    const element = { type: 'ticket-reservation', actions: ['book'], maxAmount: 16_000 }
    const client = { through: 'client', clientId: 'https://client.example/metadata.json' } as const
    const limits = [single(0, 10), { ...single(1, 16_000), element }]
    const bought = receiptOf(t, await reserve(store, { ticketId: 2, seats: 2, limits, by: client }))
    const old = receiptOf(t, await reserve(store, { ticketId: 1 }))
    const nameless = receiptOf(t, await reserve(store, { ticketId: 1, by: { through: 'client', clientId: 'x'.repeat(513) } }))
    const own = receiptOf(t, await desk.reserve(inga, 1, 1, 'a wish'))
    t.strictSame(receiptOf(t, await desk.reserve(inga, 1, 1, 'a wish')).reservation, own.reservation)
    t.match(await desk.reserve(inga, 1, 51, 'too many'), { ok: false, error: { kind: 'not-enough-seats' } })
    await desk.cancel(inga, bought.reservation.id)
    await store.cancel({ person: inga, reservationId: own.reservation.id, by: client, at: AT })
    const found = await desk.reservationsOf(inga)
    const eventDate = found[0]?.eventDate ?? ''
    t.strictSame(found.map(({ id, madeBy, under, cancelledBy }) => ({ id, madeBy, under, cancelledBy })), [
      { id: own.reservation.id, madeBy: { through: 'site' }, under: undefined, cancelledBy: client },
      { id: nameless.reservation.id, madeBy: { through: 'client', clientId: undefined }, under: undefined, cancelledBy: undefined },
      { id: old.reservation.id, madeBy: undefined, under: undefined, cancelledBy: undefined },
      { id: bought.reservation.id, madeBy: client, under: element, cancelledBy: { through: 'site' } }
    ])
    t.match(eventDate, /^\d{4}-\d\d-\d\dT/)
    t.strictSame(await desk.reservationsOf(kenji), [])
    t.strictSame((await store.reservationsOf(inga))[1], nameless.reservation)
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
    t.strictSame(await refusal({ ticketId, seats: 2, limits: [single(0, 1_999)] }),
      { kind: 'amount-exceeds-limit', amount: 2_000, currency: 'JPY' })
    t.strictSame(await refusal({ ticketId, limits: [] }), { kind: 'amount-exceeds-limit', amount: 1_000, currency: 'JPY' },
      'no alternative')
    t.strictSame(await refusal({ ticketId, limits: [single(0, 1_000, 'USD')] }),
      { kind: 'amount-exceeds-limit', amount: 1_000, currency: 'JPY' }, 'other currency')
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
    t.strictSame(await reserve(store, { ticketId: 1, limits }),
      { ok: false, error: { kind: 'amount-exceeds-limit', amount: quote + 1, currency: 'JPY' } })
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

export async function ownership (t: Test, open: OpenStore): Promise<void> {
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
