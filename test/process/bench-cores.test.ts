// After a comparison the load has the cores again that it had before.

import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import t from 'tap'
import { withCoresApart } from '../../bench/cores.ts'

const cannotBePlaced = availableParallelism() < 2
  ? 'there is one core only'
  : spawnSync('taskset', ['--version']).status !== 0 && 'taskset is not installed'

t.test('bench — what is measured after a comparison has all cores again, however it ended', { skip: cannotBePlaced }, async t => {
  const before = availableParallelism()
  for (const end of [() => Promise.resolve('measured'), () => Promise.reject(new Error('a wrong answer'))]) {
    await withCoresApart(end).catch(() => {})
    t.equal(availableParallelism(), before)
  }
})
