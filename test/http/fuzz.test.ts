// The short form of `npm run fuzz`: the same properties, fewer runs.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { CROWDED_HEADERS, SLOW_BODIES } from '../support/fuzz-connections.ts'
import { FUZZ_PROPERTIES } from '../support/fuzz-properties.ts'
import { ISSUER, RESOURCE } from '../support/gateway.ts'
import { mayAllow } from '../support/reference-decision.ts'

const RUNS = 400
/** Each over a connection. */
const CONNECTION_RUNS = 60

for (const { name, check } of FUZZ_PROPERTIES) {
  t.test(`fuzzing — ${name}`, async t => {
    covers('fuzz.nothing-beyond-the-reference')
    const { allowed } = await check({ runs: RUNS })
    t.ok(allowed > RUNS / 100, `some of it is allowed, so that allowing is tested: ${allowed} of ${RUNS}`)
  })
}

for (const { name, check } of [CROWDED_HEADERS, SLOW_BODIES]) {
  t.test(`fuzzing — ${name}`, async t => {
    covers('fuzz.nothing-beyond-the-reference', 'auth.revocation-counts-from-completion')
    t.ok((await check({ runs: CONNECTION_RUNS })).allowed > 0, 'some of it is allowed')
  })
}

t.test('reference decision — refuses what it is for', t => {
  const good = {
    active: true,
    iss: ISSUER,
    sub: '1004',
    exp: 4_102_444_800,
    aud: [RESOURCE],
    scope: 'mcp:tickets:write',
    authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 100, currency: 'JPY' }]
  }
  const settings = { issuer: ISSUER, resource: RESOURCE, whenAbsent: 'deny', now: 1_800_000_000_000 } as const
  const book = { tool: 'book', ticketId: 1, amount: 100 } as const
  t.equal(mayAllow(good, book, settings), true)
  const [details] = good.authorization_details
  for (const worse of [
    { active: 'true' }, { aud: `${RESOURCE}/` }, { exp: 1 }, { sub: '' }, { scope: 'mcp:tickets' }, { cnf: {} }, { authorization_details: [] },
    { authorization_details: [{ ...details, maxAmount: 99 }] }, { authorization_details: [{ ...details, more: 1 }] },
    { authorization_details: [{ ...details, otherFields: '{"maxAmount":1}' }] }
  ]) t.equal(mayAllow({ ...good, ...worse }, book, settings), false, JSON.stringify(worse))
  t.end()
})
