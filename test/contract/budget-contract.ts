// Budgets and idempotency keys of every ticket store.

import type { Test } from 'tap'
import { covers } from '../support/covers.ts'
import { cancel, inga, kenji, receiptOf, reserve, seatsLeft, single, total, type OpenStore } from './store-under-test.ts'

export async function budgets (t: Test, open: OpenStore): Promise<void> {
  t.test('the first alternative that suffices is debited, and two are never merged', async t => {
    covers('policy.details-elements-are-alternatives')
    const { store } = await open(t)
    const limits = [single(0, 4_999), total(1, 7_000, 'small'), total(2, 20_000, 'large', 5_000), single(4, 5_000)]
    const debited = async (): Promise<unknown> => {
      const result = await reserve(store, { ticketId: 1, limits })
      return result.ok ? result.value.debited : result.error
    }
    t.strictSame(await debited(), { elementIndex: 1, balance: { currency: 'JPY', maxTotalAmount: 7_000, spent: 5_000, remaining: 2_000 } })
    t.strictSame(await debited(),
      { elementIndex: 2, balance: { currency: 'JPY', maxTotalAmount: 20_000, spent: 5_000, remaining: 15_000 } })
    for (let times = 0; times < 3; times++) await debited()
    t.strictSame(await debited(), { elementIndex: 4 }, 'one without a total when every total is used up')
    t.strictSame(await reserve(store, { ticketId: 1, limits: [total(0, 7_000, 'small'), total(1, 8_000, 'small')] }),
      { ok: false, error: { kind: 'total-exceeded', amount: 5_000, currency: 'JPY', remaining: 3_000 } },
      'what remains of two is not added')
  })

  t.test('a total holds across reservations, and a cancellation gives its amount back', async t => {
    covers('tickets.total-across-reservations', 'tickets.cancelled-once')
    const { store, audit, setPrice } = await open(t)
    const limits = [total(0, 12_000, 'budget')]
    const first = receiptOf(t, await reserve(store, { ticketId: 1, limits }))
    receiptOf(t, await reserve(store, { ticketId: 1, limits }))
    t.strictSame(await reserve(store, { ticketId: 1, limits }),
      { ok: false, error: { kind: 'total-exceeded', amount: 5_000, currency: 'JPY', remaining: 2_000 } })
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

export async function idempotency (t: Test, open: OpenStore): Promise<void> {
  t.test('the same key with the same wish gives the same reservation, debited once', async t => {
    covers('tickets.idempotency-key')
    const { store, audit } = await open(t)
    const wish = { ticketId: 1, seats: 2, limits: [total(3, 15_000, 'budget')], idempotencyKey: 'a retry' }
    const first = receiptOf(t, await reserve(store, wish))
    t.strictSame(await reserve(store, wish), { ok: true, value: { ...first, repeated: true } })
    t.strictSame(receiptOf(t, await reserve(store, { ...wish, limits: [] })), { ...first, repeated: true },
      'with a refreshed token too: nothing is debited')
    t.equal((await store.reservationsOf(inga)).length, 1)

    for (const other of [{ ...wish, seats: 1 }, { ...wish, ticketId: 2 }, { ...wish, ticketId: 99 }]) {
      t.strictSame(await reserve(store, other), { ok: false, error: { kind: 'idempotency-key-reused' } })
    }
    await cancel(store, first.reservation.id)
    t.match(await reserve(store, wish),
      { ok: true, value: { repeated: true, reservation: { status: 'cancelled' }, availableSeats: 50, debited: { balance: { spent: 0 } } } },
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
