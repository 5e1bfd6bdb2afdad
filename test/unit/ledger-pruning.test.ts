// Old calls are deleted a few at a time, beside the requests, and a gateway that ends does not wait for a backlog.

import t from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { StorageUnavailable } from '../../src/kernel/fault.ts'
import type { HoldLedger } from '../../src/ledger/hold-ledger.ts'
import { pruneInBatches } from '../../src/server/ledger-pruning.ts'
import { createServedLedger } from '../../src/server/served-ledger.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

const DAY_MS = 86_400_000

/** A ledger with so many old calls, whose transactions take a given time. */
function backlog (count: number, tookMs = 0) {
  const clock = createManualClock()
  const seen = { left: count, before: [] as number[], most: 0, closed: false }
  const ledger: HoldLedger = {
    hold: () => Promise.reject(new Error('not asked')),
    settle: () => Promise.reject(new Error('not asked')),
    expire: () => Promise.resolve([]),
    forgetResults: () => Promise.resolve(),
    async prune (before, most) {
      clock.advance(tookMs)
      const deleted = Math.min(seen.left, most)
      seen.left -= deleted
      seen.before.push(before)
      seen.most = Math.max(seen.most, deleted)
      return deleted
    },
    list: () => Promise.resolve([]),
    find: () => Promise.resolve(undefined),
    resolve: () => Promise.reject(new Error('not asked')),
    spent: () => Promise.resolve([]),
    ping: () => Promise.resolve(),
    async close () { seen.closed = true }
  }
  return { clock, ledger, seen }
}

t.test('a backlog — goes in small transactions, with pauses that are longer than these', async t => {
  covers('ledger.old-calls-deleted')
  const pausesAfter = async (tookMs: number) => {
    const { clock, ledger, seen } = backlog(1_050, tookMs)
    const pauses: number[] = []
    const before = epochMilliseconds(1)
    const deleted = await pruneInBatches({ ledger, before, monotonicMs: clock.monotonicMs, pause: async ms => { pauses.push(ms) } })
    t.strictSame([deleted, seen.left, seen.most], [1_050, 0, 100])
    return pauses
  }
  t.strictSame(await pausesAfter(1), Array(10).fill(20))
  t.strictSame(await pausesAfter(50), Array(10).fill(200), 'a slow database gets more rest')
})

function serve ({ clock, ledger }: Pick<ReturnType<typeof backlog>, 'clock' | 'ledger'>) {
  const lines: object[] = []
  const log = (line: object) => { lines.push(line) }
  const served = createServedLedger({
    open: () => Promise.resolve(ledger), clock, logger: { info: log, error: log }, retentionDays: 90, observe () {}, audit: () => undefined
  })
  return { served, lines }
}

t.test('a start — does not wait for the backlog, and an end stops it between two transactions', async t => {
  covers('ledger.old-calls-deleted')
  // A pause lasts longer than the test.
  const { clock, ledger, seen } = backlog(1_000_000, DAY_MS)
  const { served, lines } = serve({ clock, ledger })
  await served.start()
  await served.close()
  t.ok(seen.left >= 1_000_000 - 100, `${seen.left} left`)
  t.strictSame([seen.closed, lines], [true, []])
})

t.test('what is old — is counted by the clock, and not by one that was set forward meanwhile', async t => {
  covers('ledger.old-calls-deleted')
  for (const [jump, laterMs] of [[0, 0], [-400 * DAY_MS, -400 * DAY_MS], [30_000 * DAY_MS, DAY_MS]] as const) {
    const { clock, ledger, seen } = backlog(7)
    const now = clock.now()
    const { served, lines } = serve({ clock, ledger })
    clock.jump(jump)
    await served.start()
    await served.close()
    t.strictSame(seen.before, [now + laterMs - 90 * DAY_MS])
    t.strictSame(lines, [{ event: 'ledger-pruned', holds: 7 }])
  }
})

t.test('a database that does not answer — is a line without its text, and the gateway goes on', async t => {
  covers('ledger.old-calls-deleted')
  const { clock, ledger } = backlog(0)
  const failures = [[new StorageUnavailable('a secret address'), 'GW_STORAGE_UNAVAILABLE'], [new Error('odd'), 'GW_INTERNAL']] as const
  for (const [error, code] of failures) {
    const { served, lines } = serve({ clock, ledger: { ...ledger, prune: () => Promise.reject(error) } })
    await served.start()
    await served.close()
    t.strictSame(lines, [{ event: 'ledger-unavailable', code }])
  }
})
