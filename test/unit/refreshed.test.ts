// A refreshed value: when it is fetched, who waits for a fetch, and what a failed fetch leaves behind.

import t from 'tap'
import { createRefreshed, type RefreshedSettings } from '../../src/auth/server/refreshed.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

const PAUSE_MS = 30_000

function build (settings: Partial<RefreshedSettings<number>> = {}) {
  const clock = createManualClock()
  let fetches = 0
  let failing = false
  const refreshed = createRefreshed({
    fetch: async () => {
      fetches += 1
      const number = fetches
      await Promise.resolve()
      if (failing) throw new Error('no answer')
      return number
    },
    refreshAfterMs: 300_000,
    clock,
    ...settings
  })
  return { clock, refreshed, fetches: () => fetches, fails: (next: boolean) => { failing = next } }
}

/** Lets a fetch in the background end. */
const settled = () => new Promise(resolve => { setImmediate(resolve) })

t.test('refreshed — the first callers share one fetch, and later ones get the value without a promise', async t => {
  const { refreshed, fetches } = build()
  t.equal(fetches(), 0, 'nothing is fetched before it is needed')
  t.strictSame(await Promise.all([refreshed.get(), refreshed.get()]), [1, 1])
  t.equal(refreshed.get(), 1)
  t.equal(fetches(), 1)
})

t.test('refreshed — a first fetch that fails is repeated after a second, however many calls there are', async t => {
  const { refreshed, clock, fetches, fails } = build()
  fails(true)
  await t.rejects(async () => refreshed.get(), { message: 'no answer' })
  fails(false)
  clock.advance(999)
  for (let call = 0; call < 10; call += 1) await t.rejects(async () => refreshed.get(), { message: 'no answer' })
  t.equal(fetches(), 1)
  clock.advance(1)
  t.equal(await refreshed.get(), 2)
  t.equal(fetches(), 2)
})

t.test('refreshed — is refreshed in the background, and a failed refresh is repeated after a pause', async t => {
  const { refreshed, clock, fetches, fails } = build()
  await refreshed.get()
  clock.advance(299_999)
  t.equal(refreshed.get(), 1)
  t.equal(fetches(), 1)
  clock.advance(1)
  fails(true)
  t.strictSame([refreshed.get(), refreshed.get()], [1, 1], 'the old value stays in use')
  await settled()
  fails(false)
  clock.advance(PAUSE_MS - 1)
  t.equal(refreshed.get(), 1)
  t.equal(fetches(), 2)
  clock.advance(1)
  t.equal(refreshed.get(), 1)
  await settled()
  t.equal(refreshed.get(), 3)
})

t.test('refreshed — a value that has reached its maximum age is not used', async t => {
  const { refreshed, clock, fails } = build({ maxAgeMs: 3_600_000 })
  await refreshed.get()
  clock.advance(3_600_000)
  fails(true)
  await t.rejects(async () => refreshed.get(), { message: 'no answer' })
  fails(false)
  clock.advance(1000)
  t.equal(await refreshed.get(), 3, 'and a call a second later tries again')
})

t.test('refreshed — is renewed on demand within a budget, and those who wait share a fetch', async t => {
  covers('jwt.key-fetches-bounded')
  const { refreshed, clock, fetches, fails } = build()
  await refreshed.get()
  t.strictSame(await Promise.all([refreshed.renew(), refreshed.renew()]), [{ value: 2 }, { value: 2 }])
  for (let count = 3; count <= 6; count += 1) t.strictSame(await refreshed.renew(), { value: count })
  t.strictSame(await refreshed.renew(), { retryAfterMs: 6000 })
  clock.advance(5999)
  t.strictSame(await refreshed.renew(), { retryAfterMs: 1 })
  clock.advance(1)
  fails(true)
  await t.rejects(refreshed.renew())
  t.strictSame(await refreshed.renew(), { retryAfterMs: 6000 }, 'a failed fetch counts')
  t.equal(fetches(), 7)
  clock.advance(3_600_000)
  fails(false)
  for (let count = 8; count <= 12; count += 1) t.strictSame(await refreshed.renew(), { value: count }, 'no more than five are saved up')
  t.strictSame(await refreshed.renew(), { retryAfterMs: 6000 })
})

t.test('refreshed — a renewal is a fetch that began after it was asked for', async t => {
  const { refreshed, clock, fetches } = build()
  const first = refreshed.get()
  clock.advance(1)
  const [renewed, other] = await Promise.all([refreshed.renew(), refreshed.renew()])
  t.equal(await first, 1)
  t.strictSame([renewed, other, fetches()], [{ value: 2 }, { value: 2 }, 2])
})

t.test('refreshed — a value that led to a failure is refreshed after a pause in place of the whole period', async t => {
  const { refreshed, clock, fetches } = build()
  await refreshed.get()
  refreshed.expireSoon()
  clock.advance(PAUSE_MS - 1)
  t.equal(refreshed.get(), 1)
  t.equal(fetches(), 1)
  clock.advance(1)
  t.equal(refreshed.get(), 1)
  await settled()
  t.equal(refreshed.get(), 2)
})
