// The short form of scripts/soak.sh: the same phases, a second each. No time is asserted; what a request costs afterwards is told.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { runOverload } from '../support/overload.ts'

const MOST_MEMORY_MB = 512

t.test('overload — four times too much: bounded memory, health answers, no 500, and it serves afterwards', async t => {
  covers('limits.overload-survived')
  const { phases, afterwards } = await runOverload({ seconds: 1 })
  t.equal(phases.length, 6)
  for (const { name, statuses, health, memoryMb } of phases) {
    t.ok(health.asked > 0)
    t.equal(health.answered, health.asked, `${name}: health answers every time`)
    t.ok(memoryMb < MOST_MEMORY_MB, `${name}: ${memoryMb} MB`)
    t.same(Object.keys(statuses).filter(status => !['200', '401', '503'].includes(status)), [], name)
  }
  const [before, , , silent, away, after] = phases
  t.same(Object.keys(before?.statuses ?? {}), ['200'])
  t.same(Object.keys(silent?.statuses ?? {}), ['200'], 'connections that send nothing keep nobody out')
  t.same(Object.keys(away?.statuses ?? {}), ['503'], 'an outage is an honest 503')
  t.same(Object.keys(after?.statuses ?? {}), ['200'], 'afterwards everything is answered again')
  t.comment(`afterwards ${afterwards.toFixed(2)} times as fast as before, by processor time`)
})
