// Does everyone who waits hear of it in time, and nobody who need not?

import t from 'tap'
import { Deadline } from '../../src/kernel/deadline.ts'

// The timer of deadlines keeps no process alive; something of a process that waits does.
const alive = setInterval(() => {}, 1000)
t.teardown(() => { clearInterval(alive) })

t.test('deadline — each passes once and not early, in the order of their times', async t => {
  const passed: string[] = []
  const startedMs = performance.now()
  const set = (name: string, allowedMs: number) => new Promise<void>(resolve => {
    deadlines.set(name, new Deadline(allowedMs, () => {
      t.ok(performance.now() - startedMs >= allowedMs, name)
      passed.push(name)
      resolve()
    }))
  })
  const deadlines = new Map<string, Deadline>()
  const long = set('long', 60)
  const short = set('short', 20)
  const never = set('met', 20)
  deadlines.get('met')?.met()
  await short
  t.strictSame(passed, ['short'])
  await set('late comer', 40)
  await long
  t.strictSame([...passed].sort(), ['late comer', 'long', 'short'])
  t.equal(await Promise.race([never, Promise.resolve('nothing')]), 'nothing')
})

t.test('deadline — one that is set while another passes is seen too', async t => {
  const passed: number[] = []
  await new Promise<void>(resolve => {
    const again = (left: number): Deadline => new Deadline(2, () => {
      passed.push(left)
      if (left === 1) resolve()
      else again(left - 1)
    })
    again(3)
  })
  t.strictSame(passed, [3, 2, 1])
})
