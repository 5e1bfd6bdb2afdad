// The cache of grants: what is stored, for how long, and which checks run again at every hit.

import fc from 'fast-check'
import t from 'tap'
import { createGrantCache } from '../../src/auth/cache/grant-cache.ts'
import { epochSeconds } from '../../src/kernel/units.ts'
import { covers } from '../support/covers.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { buildAuthenticator, CACHE, outcome, token } from '../support/scripted-verifier.ts'
import { active, claims, inactive, ISSUER, RESOURCE } from '../support/token-statuses.ts'

const inSeconds = (seconds: number) => epochSeconds(MANUAL_CLOCK_START_SECONDS + seconds)

t.test('cache — answers synchronously, with a grant that says what was stated and when it was asked', async t => {
  const { authenticator, scripted, clock, events } = buildAuthenticator()
  scripted.says(active({ authenticatedAt: inSeconds(-60), authenticationContext: 'loa2', authorizationDetails: [{ type: 'x' }] }))
  const first = authenticator.authenticate(token)
  t.type(first, Promise)
  await first
  clock.advance(1000)
  const second = authenticator.authenticate(token)
  t.notOk(second instanceof Promise)
  t.match(second, {
    ok: true,
    value: {
      person: { issuer: ISSUER, subject: '1004' },
      clientId: 'client-1',
      scopes: new Set(['mcp:tickets:read', 'mcp:tickets:write']),
      expiresAt: inSeconds(3600),
      authenticatedAt: inSeconds(-60),
      authenticationContext: 'loa2',
      authorizationDetails: [{ type: 'x' }],
      askedAt: MANUAL_CLOCK_START_SECONDS * 1000,
      askedAtMonotonicMs: 5000,
      tokenFingerprint: token.fingerprint
    }
  })
  t.equal(scripted.asked(), 1)
  t.strictSame(events, [
    { kind: 'cache-miss' },
    { kind: 'inquiry', live: false, durationMs: 0, tokenFingerprint: token.fingerprint, outcome: 'active' },
    { kind: 'cache-hit' }
  ])
})

t.test('checks — run in one order, the earlier problem wins', async t => {
  const spoiled = [
    ['expired', { expiresAt: inSeconds(0) }],
    ['wrong-issuer', { issuer: 'https://other.example' }],
    ['sender-constrained', { confirmation: { jkt: 'x' } }],
    ['wrong-audience', { audience: ['https://other.example'] }],
    ['no-subject', { subject: undefined }]
  ] as const
  for (let first = 0; first < spoiled.length; first += 1) {
    const { authenticator, scripted } = buildAuthenticator()
    const changes = Object.assign({}, ...spoiled.slice(first).map(([, change]) => change)) as object
    scripted.says(active(changes))
    t.equal(outcome(await authenticator.authenticate(token)), spoiled[first]?.[0])
  }
  const { authenticator, scripted } = buildAuthenticator()
  scripted.says({ kind: 'unusable', claim: 'aud' })
  t.match(await authenticator.authenticate(token),
    { ok: false, error: { kind: 'invalid-token', problem: { kind: 'unusable-claim', claim: 'aud' } } })
})

t.test('checks — all of them run again on every hit', async t => {
  covers('auth.cache-answers-not-decisions', 'auth.sender-constrained-is-no-bearer', 'auth.audience-compared-whole')
  const changes = { 'wrong-issuer': { issuer: 'x' }, 'sender-constrained': { confirmation: {} }, 'wrong-audience': { audience: [`${RESOURCE}/`] }, 'no-subject': { subject: '' } }
  for (const [problem, change] of Object.entries(changes)) {
    const { authenticator, scripted } = buildAuthenticator()
    scripted.says(active(change))
    t.equal(outcome(await authenticator.authenticate(token)), problem)
    const again = authenticator.authenticate(token)
    t.notOk(again instanceof Promise)
    t.equal(outcome(await again), problem, 'on a hit too')
    t.equal(scripted.asked(), 1)
  }
})

t.test('checks — a token not valid yet becomes valid while its answer is cached', async t => {
  covers('auth.cache-answers-not-decisions')
  const { authenticator, scripted, clock } = buildAuthenticator()
  scripted.says(active({ notBefore: inSeconds(15) }))
  t.equal(outcome(await authenticator.authenticate(token)), 'not-yet-valid')
  clock.advance(10_000)
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')
  t.equal(scripted.asked(), 1)
})

t.test('lifetime — exp passing while cached ends the grant at once', async t => {
  covers('auth.cache-never-outlives-exp', 'auth.expiry-without-skew')
  const { authenticator, scripted, clock } = buildAuthenticator()
  scripted.says(active({ expiresAt: inSeconds(10) }))
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')
  clock.advance(9999)
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')
  t.equal(scripted.asked(), 1)
  clock.advance(1)
  t.equal(outcome(await authenticator.authenticate(token)), 'expired')
  t.equal(scripted.asked(), 2, 'the cached answer was not used beyond exp')
})

t.test('lifetime — a wall clock set forward past exp ends the grant although the entry is young', async t => {
  covers('auth.cache-answers-not-decisions')
  const { authenticator, scripted, clock } = buildAuthenticator()
  scripted.says(active({ expiresAt: inSeconds(10) }))
  await authenticator.authenticate(token)
  clock.jump(10_000)
  t.equal(outcome(await authenticator.authenticate(token)), 'expired')
})

t.test('lifetime — a wall clock set back lengthens nothing', async t => {
  const { authenticator, scripted, clock } = buildAuthenticator()
  scripted.says(active({ expiresAt: undefined }))
  await authenticator.authenticate(token)
  clock.jump(-86_400_000)
  clock.advance(30_000)
  await authenticator.authenticate(token)
  t.equal(scripted.asked(), 2)
})

t.test('lifetime — a hit extends nothing, and a revoked token is refused within the TTL', async t => {
  const { authenticator, scripted, clock } = buildAuthenticator()
  scripted.says(active())
  await authenticator.authenticate(token)
  scripted.says(inactive)
  for (let second = 1; second < 30; second += 1) {
    clock.advance(1000)
    t.equal(outcome(await authenticator.authenticate(token)), 'granted')
  }
  clock.advance(1000)
  t.equal(outcome(await authenticator.authenticate(token)), 'inactive')
  t.equal(scripted.asked(), 2)
})

t.test('lifetime — counts from the question, not from the answer', async t => {
  const { authenticator, scripted, clock } = buildAuthenticator()
  const pending = authenticator.authenticate(token)
  clock.advance(20_000)
  scripted.question(0).answer(active())
  await pending
  clock.advance(10_000)
  t.type(authenticator.authenticate(token), Promise)
  t.equal(scripted.asked(), 2)
})

t.test('lifetime — an answer is never kept past its exp, whatever exp and TTL are', async t => {
  covers('auth.cache-never-outlives-exp')
  const exps = fc.oneof(fc.constant(undefined), fc.integer({ min: -100, max: 100 }), fc.double({ min: -1, max: 60, noNaN: true }),
    fc.constantFrom(0, 1e-9, 253_402_300_799 - MANUAL_CLOCK_START_SECONDS))
  fc.assert(fc.property(exps, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 120_000 }), (exp, ttlSeconds, waitMs) => {
    const clock = createManualClock()
    const cache = createGrantCache({ ...CACHE, ttlSeconds }, clock)
    const status = active({ expiresAt: exp === undefined ? undefined : inSeconds(exp) })
    cache.keep('key', { status, askedAt: clock.now(), askedAtMonotonicMs: clock.monotonicMs() })
    clock.advance(waitMs)
    const usable = waitMs < ttlSeconds * 1000 && (exp === undefined || clock.now() < inSeconds(exp) * 1000)
    return (cache.find('key') !== undefined) === usable
  }))
  const { authenticator, scripted } = buildAuthenticator()
  scripted.says(active({ expiresAt: inSeconds(-1) }))
  t.equal(outcome(await authenticator.authenticate(token)), 'expired')
  t.type(authenticator.authenticate(token), Promise, 'exp in the past is not stored')
})

t.test('grant — belongs to the person of the configured issuer, whether the answer names one or not', async t => {
  covers('auth.subject-required')
  const { authenticator, scripted } = buildAuthenticator()
  scripted.says({ kind: 'active', claims: claims({ issuer: undefined }) })
  t.match(await authenticator.authenticate(token), { ok: true, value: { person: { issuer: ISSUER, subject: '1004' } } })
})
