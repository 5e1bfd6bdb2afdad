// Is the load given back the cores that it had before a comparison?

import { availableParallelism } from 'node:os'
import t from 'tap'
import { withCoresApart } from '../../bench/cores.ts'

t.test('bench — what is measured after a comparison has all cores again, however it ended', async t => {
  const before = availableParallelism()
  for (const end of [() => Promise.resolve('measured'), () => Promise.reject(new Error('a wrong answer'))]) {
    await withCoresApart(end).catch(() => {})
    t.equal(availableParallelism(), before)
  }
})
