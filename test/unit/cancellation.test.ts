// A cancellation says the same as an AbortSignal, and makes one for code that wants it.

import t from 'tap'
import { Cancellation } from '../../src/kernel/cancellation.ts'

t.test('a cancellation — its listeners hear of it once, but for those that have left', t => {
  const cancellation = new Cancellation()
  const heard: string[] = []
  const left = () => { heard.push('left') }
  const stays = () => { heard.push('stays') }
  for (const listener of [stays, left, stays]) cancellation.addEventListener('abort', listener)
  cancellation.removeEventListener('abort', left)
  t.equal(cancellation.aborted, false)
  cancellation.abort()
  cancellation.abort()
  t.equal(cancellation.aborted, true)
  t.strictSame(heard, ['stays'])
  t.end()
})

t.test('a cancellation — its AbortSignal is aborted with it, whichever was first', t => {
  const [before, after] = [new Cancellation(), new Cancellation()]
  const { signal } = before
  t.equal(signal.aborted, false)
  before.abort()
  after.abort()
  t.strictSame([signal.aborted, before.signal === signal, after.signal.aborted], [true, true, true])
  t.end()
})
