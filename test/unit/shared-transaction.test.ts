// Changes of one turn share a transaction, and one that fails takes no other along.

import t from 'tap'
import { createSharedTransaction } from '../../src/storage/sqlite/shared-transaction.ts'

/** Rolls back what is in `rows` when the work throws. */
function database () {
  const rows: string[] = []
  let transactions = 0
  async function transact<T> (work: () => T): Promise<T> {
    transactions += 1
    const before = rows.length
    try {
      return work()
    } catch (error) {
      rows.length = before
      throw error
    }
  }
  return { rows, transact, transactions: () => transactions }
}

t.test('shared transaction — changes of one turn are committed together, in their order, each with its result', async t => {
  const { rows, transact, transactions } = database()
  const together = createSharedTransaction(transact)
  const results = await Promise.all(['a', 'b', 'c'].map(name => together(() => rows.push(name))))
  t.strictSame([results, rows, transactions()], [[1, 2, 3], ['a', 'b', 'c'], 1])
  t.equal(await together(() => rows.push('d')), 4)
  t.equal(transactions(), 2, 'a later one has another')
})

t.test('shared transaction — one that throws fails alone', async t => {
  const { rows, transact } = database()
  const together = createSharedTransaction(transact)
  const failing = new Error('a constraint')
  const outcomes = await Promise.allSettled([
    together(() => rows.push('a')),
    together(() => {
      rows.push('half')
      throw failing
    }),
    together(() => rows.push('b'))
  ])
  t.match(outcomes, [{ status: 'fulfilled', value: 1 }, { status: 'rejected', reason: failing }, { status: 'fulfilled', value: 2 }])
  t.strictSame(rows, ['a', 'b'])
})

t.test('shared transaction — when nothing can be committed, each one is told', async t => {
  const gone = new Error('disk full')
  const together = createSharedTransaction(() => Promise.reject(gone))
  const outcomes = await Promise.allSettled([together(() => 1), together(() => 2)])
  t.match(outcomes, [{ status: 'rejected', reason: gone }, { status: 'rejected', reason: gone }])
})
