// Values that cannot be kept, closing, and a restart of every ticket store.

import type { Test } from 'tap'
import { covers } from '../support/covers.ts'
import { cancel, inga, receiptOf, reserve, seatsLeft, total, type OpenStore } from './store-under-test.ts'

export async function badValues (t: Test, open: OpenStore): Promise<void> {
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

export async function lifecycle (t: Test, open: OpenStore): Promise<void> {
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
    const kept = receiptOf(t,
      await reserve(before.store, { ticketId: 1, seats: 2, limits: [total(0, 15_000, 'budget')], idempotencyKey: 'key' }))
    const gone = receiptOf(t, await reserve(before.store, { ticketId: 2 }))
    await cancel(before.store, gone.reservation.id)
    const tickets = await before.store.listTickets(100)
    const mine = await before.store.reservationsOf(inga)

    const after = await before.restart()
    t.strictSame(await after.store.listTickets(100), tickets)
    t.strictSame(await after.store.reservationsOf(inga), mine)
    t.strictSame(receiptOf(t, await reserve(after.store, { ticketId: 1, seats: 2, limits: [], idempotencyKey: 'key' })),
      { ...kept, repeated: true })
    t.strictSame(await reserve(after.store, { ticketId: 1, seats: 2, limits: [total(0, 15_000, 'budget')] }),
      { ok: false, error: { kind: 'total-exceeded', amount: 10_000, currency: 'JPY', remaining: 5_000 } })
    const next = receiptOf(t, await reserve(after.store, { ticketId: 3 }))
    t.ok(next.reservation.id > gone.reservation.id, 'ids are not used again')
    t.strictSame(await after.audit(), [])
  })
}
