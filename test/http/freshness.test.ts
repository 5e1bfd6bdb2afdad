// How fresh an answer of the authorization server must be: a revoked token, a clock that is set back, and what is refused without asking.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { buildGateway, call, challengeOf, TOKENS } from '../support/gateway.ts'
import { reserve } from '../support/reserve-call.ts'

t.test('freshness — a revoked token is refused at once where something changes, and within the bound elsewhere', async t => {
  covers('policy.fresh-answer-after-arrival', 'auth.revocation-bound-stated')
  const gateway = await buildGateway(t, { config: { cache: { ttlSeconds: 30 } } })
  const token = 'token-full'
  const made = await call(gateway, { token, ...reserve(1) })
  const reservation = made.body.result?.structuredContent?.['reservation'] as { id: number }
  const list = () => call(gateway, { token, tool: 'list_tickets' })
  const revoke = () => gateway.tokens.set(token, { active: false })

  t.equal((await list()).status, 200)
  revoke()
  gateway.clock.advance(29_999)
  t.equal((await list()).status, 200, 'a read, within the bound')
  for (const change of [reserve(1), { tool: 'cancel_reservation', args: { reservation_id: reservation.id } }]) {
    gateway.tokens.set(token, TOKENS[token] ?? {})
    gateway.clock.advance(60_000)
    t.equal((await list()).status, 200)
    revoke()
    gateway.clock.advance(1)
    const refused = await call(gateway, { token, ...change })
    t.equal(refused.status, 401, change.tool)
    t.match(challengeOf(refused), { error: 'invalid_token' })
    t.equal((await list()).status, 401, 'and what was found out counts for the others from then on')
  }

  gateway.tokens.set(token, TOKENS[token] ?? {})
  gateway.clock.advance(60_000)
  await list()
  revoke()
  gateway.clock.advance(30_000)
  t.equal((await list()).status, 401, 'the bound is over')
  t.equal((await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }))[0]?.status, 'active', 'nothing was changed by the refused')
})

t.test('freshness — a wall clock that is set back makes no old answer a live one', async t => {
  covers('policy.fresh-answer-after-arrival')
  const gateway = await buildGateway(t)
  t.equal((await call(gateway, { token: 'token-full', tool: 'list_tickets' })).status, 200)
  gateway.clock.jump(-3_600_000)
  gateway.clock.advance(1)
  gateway.tokens.set('token-full', { active: false })
  t.equal((await call(gateway, { token: 'token-full', ...reserve(1) })).status, 401)
})

t.test('freshness — the scope is looked at before anybody is asked', async t => {
  const gateway = await buildGateway(t, { store: store => ({ ...store, findTicket: () => { throw new Error('not to be asked') } }) })
  t.equal((await call(gateway, { token: 'token-read', ...reserve(1) })).status, 403)
  t.equal(gateway.asked.length, 1)
})
