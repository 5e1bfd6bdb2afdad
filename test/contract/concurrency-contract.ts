// Many wishes at once: seats and totals stay within bounds in every ticket store.

import { strict as assert } from 'node:assert'
import type { Test } from 'tap'
import fc from 'fast-check'
import { covers } from '../support/covers.ts'
import { cancel, inga, reserve, seatsLeft, total, type OpenStore } from './store-under-test.ts'

export async function interleavings (t: Test, open: OpenStore): Promise<void> {
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
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('reserve' as const),
          person: fc.nat(1),
          seats: fc.integer({ min: 1, max: 4 }),
          key: fc.option(fc.nat(2), { nil: undefined }),
          maxAmount: fc.integer({ min: 0, max: 2_000 }),
          totals: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 2 })
        })
      },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel' as const), person: fc.nat(1), pick: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('price' as const), price: fc.integer({ min: 0, max: 900 }) }) })
    let round = 0
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
      const run = `${round++}`
      const ticketId = await addTicket({ price: 500, seats: 12 })
      const people = [{ issuer: run, subject: 'a' }, { issuer: run, subject: 'b' }]
      const book: {
        id: number
        person: number
        seats: number
        amount: number
        budget: number
        key: number | undefined
        active: boolean
      }[] = []
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
          const spent = (budget: number): number =>
            held.filter(entry => entry.person === wish.person && entry.budget === budget).reduce((sum, entry) => sum + entry.amount, 0)
          const earlier = wish.key === undefined ? undefined : book.find(entry => entry.person === wish.person && entry.key === wish.key)
          const amount = price * wish.seats
          // what costs nothing fits a total that was lowered below what is spent of it
          const budget = wish.totals.findIndex((bound, index) => amount <= wish.maxAmount && amount <= Math.max(0, bound - spent(index)))
          const expected = earlier !== undefined
            ? earlier.seats === wish.seats ? 'repeated' : 'idempotency-key-reused'
            : wish.seats > free
              ? 'not-enough-seats'
              : amount > wish.maxAmount ? 'amount-exceeds-limit' : budget < 0 ? 'total-exceeded' : 'ok'
          const result = await reserve(store, {
            ticketId,
            seats: wish.seats,
            limits,
            person: people[wish.person] ?? inga,
            ...wish.key === undefined
              ? {}
              : { idempotencyKey: String(wish.key) }
          })
          assert.equal(result.ok ? (result.value.repeated ? 'repeated' : 'ok') : result.error.kind, expected)
          if (result.ok && !result.value.repeated) {
            assert.equal(result.value.debited?.elementIndex, budget)
            assert.equal(result.value.debited?.balance?.spent, spent(budget) + amount)
            book.push(
              { id: result.value.reservation.id, person: wish.person, seats: wish.seats, amount, budget, key: wish.key, active: true }
            )
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
      fc.array(fc.record({ person: fc.nat(2), seats: fc.integer({ min: 1, max: 5 }), cancels: fc.boolean() }),
        { minLength: 1, maxLength: 40 }),
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
