// What the cache of grants does not store or share: negative answers beyond their time, more entries than its bound, tokens in clear.

import { setFlagsFromString } from 'node:v8'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { createGrantCache } from '../../src/auth/cache/grant-cache.ts'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { covers } from '../support/covers.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { buildAuthenticator, CACHE, createScriptedVerifier, outcome, token } from '../support/scripted-verifier.ts'
import { active, inactive, ISSUER, RESOURCE } from '../support/token-statuses.ts'

t.test('TTL 0 — keeps nothing at all, and calls at the same time still share one question', async t => {
  covers('auth.single-flight')
  const { authenticator, scripted } = buildAuthenticator({ ttlSeconds: 0 })
  const together = [1, 2].map(async () => await authenticator.authenticate(token))
  scripted.question(0).answer(active())
  t.strictSame((await Promise.all(together)).map(outcome), ['granted', 'granted'])
  t.equal(scripted.asked(), 1)
  scripted.says(inactive)
  t.equal(outcome(await authenticator.authenticate(token)), 'inactive')
  t.equal(outcome(await authenticator.authenticate(token)), 'inactive')
  t.equal(scripted.asked(), 3)
})

t.test('negative answers — are kept briefly, and not at all with a TTL of 0', async t => {
  const { authenticator, scripted, clock, events } = buildAuthenticator()
  scripted.says(inactive)
  await authenticator.authenticate(token)
  clock.advance(4999)
  t.notOk(authenticator.authenticate(token) instanceof Promise)
  t.match(events.at(-1), { kind: 'negative-hit' })
  scripted.says(active())
  clock.advance(1)
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')

  const without = buildAuthenticator({ negativeTtlSeconds: 0 })
  without.scripted.says({ kind: 'unusable', claim: 'exp' })
  await without.authenticator.authenticate(token)
  await without.authenticator.authenticate(token)
  t.equal(without.scripted.asked(), 2)
})

t.test('cache — a flood of random tokens stays within its bound and evicts no real grant', async t => {
  const { authenticator, scripted } = buildAuthenticator({ maxEntries: 10, maxNegativeEntries: 50 })
  scripted.says(active())
  const good = Array.from({ length: 10 }, (_value, index) => new PresentedToken(`good-${index}`))
  for (const one of good) await authenticator.authenticate(one)
  scripted.says(inactive)
  const junk = Array.from({ length: 1000 }, (_value, index) => new PresentedToken(`junk-${index}`))
  for (const one of junk) await authenticator.authenticate(one)
  t.ok(good.every(one => authenticator.has(one)))
  const asked = scripted.asked()
  for (const one of junk.slice(-50).reverse()) await authenticator.authenticate(one)
  t.equal(scripted.asked(), asked, 'the last fifty invalid tokens are cached')
  await authenticator.authenticate(junk[0] ?? token)
  t.equal(scripted.asked(), asked + 1, 'and no more')
})

t.test('cache — an authenticator never answers from what another one was told, and none shows a token', async t => {
  covers('auth.cache-keys-hashed')
  const clock = createManualClock()
  const secret = new PresentedToken('very-secret-token')
  const authenticators = [active(), inactive].map(status => {
    const scripted = createScriptedVerifier()
    scripted.says(status)
    return createAuthenticator({ verifier: scripted.verifier, issuer: ISSUER, resource: RESOURCE, cache: CACHE, clock })
  })
  for (const round of ['asked', 'cached']) {
    const outcomes = []
    for (const authenticator of authenticators) outcomes.push(outcome(await authenticator.authenticate(secret)))
    t.strictSame(outcomes, ['granted', 'inactive'], round)
  }
  const cache = createGrantCache(CACHE, clock)
  cache.keep(secret.digest, { status: active(), askedAt: clock.now(), askedAtMonotonicMs: clock.monotonicMs() })
  t.ok(cache.find(secret.digest))
  for (const structure of [secret.digest, cache, authenticators]) {
    t.notMatch(inspect(structure, { depth: 9, showHidden: true, maxArrayLength: null }), /very-secret/)
  }
})

t.test('cache — ten thousand grants cost less than 15 MB', async t => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const clock = createManualClock()
  const heapBytes = () => { collect(); return process.memoryUsage().heapUsed }
  const before = heapBytes()
  const cache = createGrantCache({ ...CACHE, maxEntries: 10_000 }, clock)
  for (let number = 0; number < 10_000; number += 1) {
    const reply: unknown = JSON.parse(JSON.stringify({
      active: true,
      sub: `user-${number}`,
      scope: 'mcp:tickets:read mcp:tickets:write',
      iss: ISSUER,
      aud: [RESOURCE],
      exp: MANUAL_CLOCK_START_SECONDS + 3600,
      client_id: `client-${number}`,
      authorization_details: [{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', budgetId: `b-${number}` }]
    }))
    cache.keep(new PresentedToken(`token-${number}`).digest,
      { status: parseIntrospectionReply(reply), askedAt: clock.now(), askedAtMonotonicMs: clock.monotonicMs() })
  }
  const cost = heapBytes() - before
  t.ok(cache.find(new PresentedToken('token-0').digest), 'none was evicted')
  t.ok(cost < 15_000_000, `${cost} bytes`)
})
