// Does a reservation wait for the disk, and nothing else with it?

import { fdatasync } from 'node:fs'
import t from 'tap'
import { createSqliteStore, openSqliteDatabase } from '../../src/tickets/storage/sqlite/store.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { AT, clock, freshPath, inga } from './sqlite-under-test.ts'

const wish = (idempotencyKey: string) => ({ person: inga, ticketId: 1, seats: 1, at: AT, idempotencyKey, limits: 'unrestricted' } as const)

t.test('SQLite — a receipt waits for the disk; reads and other work do not, and those that wait share a synchronisation', async t => {
  covers('storage.commit-beside-event-loop')
  const held: Array<() => void> = []
  let holds = false
  const connection = await openSqliteDatabase({
    path: freshPath(t),
    clock,
    locale: 'en',
    synchronise (descriptor, done) {
      const go = () => { fdatasync(descriptor, done) }
      if (holds) held.push(go)
      else go()
    }
  })
  t.teardown(() => { connection.close() })
  const store = createSqliteStore(connection)
  holds = true
  let receipts = 0
  const first = store.reserve(wish('first')).then(() => { receipts += 1 })
  await eventually('the disk is asked', () => held.length === 1)
  const others = ['second', 'third', 'first'].map(key => store.reserve(wish(key)).then(() => { receipts += 1 }))
  t.equal((await store.findTicket(1))?.availableSeats, 47, 'committed, and readers do not wait')
  t.equal(receipts, 0, 'no receipt before the disk has it, that of a repeated call neither')
  held.shift()?.()
  await first
  await eventually('the disk is asked for the others', () => held.length === 1)
  t.equal(receipts, 1, 'a synchronisation that had begun is none for what was committed later')
  held.shift()?.()
  await Promise.all(others)
  t.strictSame([receipts, held.length], [4, 0])
})

t.test('SQLite — a disk that does not confirm a commit is an outage, and the replica is not ready until it takes writes', async t => {
  covers('storage.commit-beside-event-loop', 'storage.full-disk-not-ready')
  let broken = false
  const connection = await openSqliteDatabase({
    path: freshPath(t),
    clock,
    locale: 'en',
    synchronise (descriptor, done) {
      if (broken) done(Object.assign(new Error('broken'), { code: 'EIO' }))
      else fdatasync(descriptor, done)
    }
  })
  t.teardown(() => { connection.close() })
  const store = createSqliteStore(connection)
  broken = true
  const unavailable = { code: 'GW_STORAGE_UNAVAILABLE', detail: /did not confirm the commit \(EIO\)$/ }
  await t.rejects(store.reserve(wish('first')), unavailable)
  await t.rejects(store.ping(), unavailable)
  broken = false
  await store.ping()
  t.match(await store.reserve(wish('first')), { ok: true, value: { repeated: true } }, 'the idempotency key tells that it was made')
})
