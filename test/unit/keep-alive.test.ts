// Comments in long answers: when one is due. Pure: a clock that stands still, and looks that the test makes.

import t from 'tap'
import { KeepAlive } from '../../src/http/answers/keep-alive.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

function setting (silenceMs: number) {
  const clock = createManualClock()
  const settings = { silenceMs }
  const call = { permitted: true, written: 0, comments: 0 }
  const keepAlive = new KeepAlive({ clock, silenceMs: () => settings.silenceMs })
  const awaited = {
    isPermitted: () => call.permitted,
    writes: () => call.written,
    comment () {
      call.comments += 1
      call.written += 1
    }
  }
  const wait = keepAlive.await(awaited, clock.monotonicMs())
  return {
    call,
    settings,
    keepAlive,
    wait,
    after: (ms: number): number => {
      clock.advance(ms)
      keepAlive.look()
      return call.comments
    }
  }
}

t.test('a comment comes after each silence, and progress is none', async t => {
  covers('transport.comments-in-silence')
  const { call, after, keepAlive } = setting(15_000)
  t.strictSame([after(14_999), after(1), after(14_999), after(1)], [0, 1, 1, 2])
  after(14_000)
  call.written += 1
  t.strictSame([after(1000), after(14_999), after(1)], [2, 2, 3], 'counted from the last look at which something was new')
  keepAlive.close()
})

t.test('no comment comes before the call is permitted, after its answer, or where none are wanted', async t => {
  covers('transport.comments-in-silence')
  const { call, after, settings, keepAlive, wait } = setting(15_000)
  call.permitted = false
  t.equal(after(60_000), 0)
  call.permitted = true
  t.strictSame([after(14_999), after(1)], [0, 1], 'the silence begins with the permit')
  settings.silenceMs = 0
  t.equal(after(60_000), 1)
  settings.silenceMs = 10
  t.equal(after(10), 2, 'the setting is read at each look')
  const seen: string[] = []
  const other = keepAlive.await({ isPermitted: () => true, writes: () => 0, comment: () => { seen.push('other') } }, 0)
  keepAlive.forget(wait)
  keepAlive.forget(wait)
  t.equal(after(60_000), 2)
  t.strictSame(seen, ['other'], 'the others go on')
  keepAlive.forget(other)
  t.equal(after(60_000), 2)
  t.strictSame(seen, ['other'])
  keepAlive.close()
})
