// When the practice server asks a gateway: where the answer is old, and where there was none.

import t from 'tap'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { createKnownResources } from '../../src/practice-as/gateways/known-resources.ts'
import { ticketFacts, type ResourceFacts } from '../../src/practice-as/gateways/resource-facts.ts'

const GATEWAY = 'http://localhost:3443/mcp'

t.test('known resources — an answer is kept for a second, and a gateway that was not up is asked with the next request', async t => {
  let nowMs = 0
  let asked = 0
  let answer: Result<ResourceFacts, string> = err('nothing answers there')
  const known = createKnownResources({
    resources: [],
    gateways: [GATEWAY],
    ask: async () => {
      asked += 1
      return answer
    },
    monotonicMs: () => nowMs,
    log: () => {}
  })
  await Promise.all([known.refresh(), known.refresh()])
  t.equal(asked, 1, 'once for those who ask at the same time')
  t.equal(known.problemOf(GATEWAY), 'nothing answers there')
  answer = ok(ticketFacts(GATEWAY))
  await known.refresh()
  t.strictSame([asked, known.problemOf(GATEWAY)], [2, undefined])
  await known.refresh()
  t.equal(asked, 2)
  nowMs += 1000
  await known.refresh()
  t.equal(asked, 3)
})
