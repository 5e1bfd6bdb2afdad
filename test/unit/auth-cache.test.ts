// What the authenticator remembers, for how long, and who shares a question: with a clock that stands still and a
// verifier that answers when told to.

import fc from 'fast-check'
import t from 'tap'
import { setFlagsFromString } from 'node:v8'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import type { Authentication } from '../../src/auth/authentication.ts'
import { createGrantCache } from '../../src/auth/cache/grant-cache.ts'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import type { AuthenticationEvent } from '../../src/auth/observation.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createSingleFlight } from '../../src/auth/cache/single-flight.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { Verifier } from '../../src/auth/verifier.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { epochSeconds } from '../../src/kernel/units.ts'
import { covers } from '../support/covers.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { active, claims, inactive, ISSUER, RESOURCE } from '../support/token-statuses.ts'

const CACHE = { ttlSeconds: 30, negativeTtlSeconds: 5, maxEntries: 100, maxNegativeEntries: 100 }

interface Question { readonly answer: (status: TokenStatus) => void, readonly fail: (failure: Error) => void }

/** A verifier whose questions stay open until the test answers them; `status` answers at once instead. */
function createScriptedVerifier () {
  const questions: Question[] = []
  let status: TokenStatus | undefined
  let asked = 0
  const verifier: Verifier = {
    verify: () => {
      asked += 1
      if (status !== undefined) return Promise.resolve(status)
      return new Promise((resolve, reject) => { questions.push({ answer: resolve, fail: reject }) })
    }
  }
  return {
    verifier,
    asked: () => asked,
    says (next: TokenStatus | undefined) { status = next },
    question (index: number): Question {
      const question = questions[index]
      if (question === undefined) throw new Error(`nobody has asked question ${index}`)
      return question
    }
  }
}

function build (cache: Partial<typeof CACHE> = {}) {
  const clock = createManualClock()
  const scripted = createScriptedVerifier()
  const events: AuthenticationEvent[] = []
  const authenticator = createAuthenticator({
    verifier: scripted.verifier, issuer: ISSUER, resource: RESOURCE, cache: { ...CACHE, ...cache }, clock, observe: event => { events.push(event) }
  })
  return { clock, scripted, events, authenticator }
}

const outcome = (authentication: Authentication) => authentication.ok
  ? 'granted'
  : authentication.error.kind === 'invalid-token' ? authentication.error.problem.kind : authentication.error.kind

const token = new PresentedToken('the-token')
const inSeconds = (seconds: number) => epochSeconds(MANUAL_CLOCK_START_SECONDS + seconds)

t.test('cache — answers synchronously, with a grant that says what was stated and when it was asked', async t => {
  const { authenticator, scripted, clock, events } = build()
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
    const { authenticator, scripted } = build()
    const changes = Object.assign({}, ...spoiled.slice(first).map(([, change]) => change)) as object
    scripted.says(active(changes))
    t.equal(outcome(await authenticator.authenticate(token)), spoiled[first]?.[0])
  }
  const { authenticator, scripted } = build()
  scripted.says({ kind: 'unusable', claim: 'aud' })
  t.match(await authenticator.authenticate(token), { ok: false, error: { kind: 'invalid-token', problem: { kind: 'unusable-claim', claim: 'aud' } } })
})

t.test('checks — all of them run again on every hit', async t => {
  covers('auth.cache-answers-not-decisions', 'auth.sender-constrained-is-no-bearer', 'auth.audience-compared-whole')
  const changes = { 'wrong-issuer': { issuer: 'x' }, 'sender-constrained': { confirmation: {} }, 'wrong-audience': { audience: [`${RESOURCE}/`] }, 'no-subject': { subject: '' } }
  for (const [problem, change] of Object.entries(changes)) {
    const { authenticator, scripted } = build()
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
  const { authenticator, scripted, clock } = build()
  scripted.says(active({ notBefore: inSeconds(15) }))
  t.equal(outcome(await authenticator.authenticate(token)), 'not-yet-valid')
  clock.advance(10_000)
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')
  t.equal(scripted.asked(), 1)
})

t.test('lifetime — exp passing while cached ends the grant at once', async t => {
  covers('auth.cache-never-outlives-exp', 'auth.expiry-without-skew')
  const { authenticator, scripted, clock } = build()
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
  const { authenticator, scripted, clock } = build()
  scripted.says(active({ expiresAt: inSeconds(10) }))
  await authenticator.authenticate(token)
  clock.jump(10_000)
  t.equal(outcome(await authenticator.authenticate(token)), 'expired')
})

t.test('lifetime — a wall clock set back lengthens nothing', async t => {
  const { authenticator, scripted, clock } = build()
  scripted.says(active({ expiresAt: undefined }))
  await authenticator.authenticate(token)
  clock.jump(-86_400_000)
  clock.advance(30_000)
  await authenticator.authenticate(token)
  t.equal(scripted.asked(), 2)
})

t.test('lifetime — a hit extends nothing, and a revoked token is refused within the TTL', async t => {
  const { authenticator, scripted, clock } = build()
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
  const { authenticator, scripted, clock } = build()
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
  const exps = fc.oneof(fc.constant(undefined), fc.integer({ min: -100, max: 100 }), fc.double({ min: -1, max: 60, noNaN: true }), fc.constantFrom(0, 1e-9, 253_402_300_799 - MANUAL_CLOCK_START_SECONDS))
  fc.assert(fc.property(exps, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 120_000 }), (exp, ttlSeconds, waitMs) => {
    const clock = createManualClock()
    const cache = createGrantCache({ ...CACHE, ttlSeconds }, clock)
    const status = active({ expiresAt: exp === undefined ? undefined : inSeconds(exp) })
    cache.keep('key', { status, askedAt: clock.now(), askedAtMonotonicMs: clock.monotonicMs() })
    clock.advance(waitMs)
    const usable = waitMs < ttlSeconds * 1000 && (exp === undefined || clock.now() < inSeconds(exp) * 1000)
    return (cache.find('key') !== undefined) === usable
  }))
  const { authenticator, scripted } = build()
  scripted.says(active({ expiresAt: inSeconds(-1) }))
  t.equal(outcome(await authenticator.authenticate(token)), 'expired')
  t.type(authenticator.authenticate(token), Promise, 'exp in the past is not stored')
})

t.test('TTL 0 — keeps nothing at all, and calls at the same time still share one question', async t => {
  covers('auth.single-flight')
  const { authenticator, scripted } = build({ ttlSeconds: 0 })
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
  const { authenticator, scripted, clock, events } = build()
  scripted.says(inactive)
  await authenticator.authenticate(token)
  clock.advance(4999)
  t.notOk(authenticator.authenticate(token) instanceof Promise)
  t.match(events.at(-1), { kind: 'negative-hit' })
  scripted.says(active())
  clock.advance(1)
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')

  const without = build({ negativeTtlSeconds: 0 })
  without.scripted.says({ kind: 'unusable', claim: 'exp' })
  await without.authenticator.authenticate(token)
  await without.authenticator.authenticate(token)
  t.equal(without.scripted.asked(), 2)
})

t.test('single flight — a thousand cold calls with one token make one introspection', async t => {
  covers('auth.single-flight')
  const { authenticator, scripted } = build()
  const calls = Array.from({ length: 1000 }, async () => await authenticator.authenticate(new PresentedToken('the-token')))
  t.equal(scripted.asked(), 1)
  scripted.question(0).answer(active())
  t.ok((await Promise.all(calls)).every(authentication => authentication.ok))
  t.equal(scripted.asked(), 1)
})

t.test('single flight — a failure is told to all who waited, is not kept, and poisons nobody', async t => {
  covers('auth.single-flight', 'auth.authorization-server-failure-is-not-a-bad-token')
  const { authenticator, scripted, events } = build()
  const calls = Array.from({ length: 100 }, async () => await authenticator.authenticate(token))
  const other = Promise.resolve(authenticator.authenticate(new PresentedToken('another-token')))
  scripted.question(0).fail(new AuthorizationServerUnavailable('timeout', 'test'))
  scripted.question(1).answer(active())
  const settled = await Promise.allSettled(calls)
  t.ok(settled.every(result => result.status === 'rejected' && result.reason instanceof AuthorizationServerUnavailable))
  t.equal(outcome(await other), 'granted')
  t.match(events.find(event => event.kind === 'inquiry' && event.outcome === 'unavailable'), { reason: 'timeout', live: false })

  scripted.says(active())
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')
})

t.test('single flight — a failed question does not end a cached grant', async t => {
  const { authenticator, scripted } = build()
  scripted.says(active())
  await authenticator.authenticate(token)
  scripted.says(undefined)
  const live = authenticator.authenticateLive(token)
  const unreachable = new AuthorizationServerUnavailable('unreachable', 'test')
  scripted.question(0).fail(unreachable)
  await t.rejects(live, unreachable)
  t.equal(outcome(await authenticator.authenticate(token)), 'granted')
})

t.test('single flight — a caller that goes away cancels nobody', async t => {
  const { authenticator, scripted } = build()
  const gone = new AbortController()
  const waiting = Promise.resolve(authenticator.authenticate(token))
  const leaving = Promise.race([
    Promise.resolve(authenticator.authenticate(token)),
    new Promise((_resolve, reject) => { gone.signal.addEventListener('abort', () => { reject(new Error('gone')) }) })
  ])
  gone.abort()
  await t.rejects(leaving, { message: 'gone' })
  scripted.question(0).answer(active())
  t.equal(outcome(await waiting), 'granted')
  t.equal(scripted.asked(), 1)
})

t.test('single flight — a question that throws before it is asked leaves nothing behind', async t => {
  const flights = createSingleFlight<string>(() => {})
  await t.rejects(flights.join('key', () => { throw new Error('at once') }), { message: 'at once' })
  t.equal(await flights.join('key', async () => 'fine'), 'fine')
})

t.test('live — asks for itself, whatever is cached or under way', async t => {
  covers('auth.live-answer-wins')
  const { authenticator, scripted, clock } = build()
  const older = authenticator.authenticate(token)
  clock.advance(1000)
  const live = authenticator.authenticateLive(token)
  t.equal(scripted.asked(), 2, 'did not join the older flight')
  scripted.question(1).answer(active())
  t.match(await live, { ok: true, value: { askedAt: MANUAL_CLOCK_START_SECONDS * 1000 + 1000 } })
  scripted.question(0).answer(active())
  await older
  clock.advance(1000)
  const again = authenticator.authenticateLive(token)
  t.equal(scripted.asked(), 3, 'did not take what is cached')
  scripted.question(2).answer(active())
  t.match(await again, { ok: true, value: { askedAt: MANUAL_CLOCK_START_SECONDS * 1000 + 2000 } })
})

t.test('live — a thousand calls with one token make two questions, and nobody is told what was asked before they came', async t => {
  covers('auth.live-answers-shared')
  const { authenticator, scripted, clock } = build()
  const first = authenticator.authenticateLive(token)
  clock.advance(10)
  const crowd = Array.from({ length: 999 }, () => authenticator.authenticateLive(token))
  const other = authenticator.authenticateLive(new PresentedToken('another-token'))
  t.equal(scripted.asked(), 2, 'the first of either token; the crowd waits')
  scripted.question(1).answer(active())
  t.equal(outcome(await other), 'granted', 'another token waits for nobody')
  clock.advance(10)
  scripted.question(0).answer(active())
  t.match(await first, { ok: true, value: { askedAt: MANUAL_CLOCK_START_SECONDS * 1000 } })
  t.equal(scripted.asked(), 3)
  clock.advance(10)
  const late = authenticator.authenticateLive(token)
  scripted.question(2).answer(inactive)
  t.ok((await Promise.all(crowd)).every(authentication => outcome(authentication) === 'inactive'), 'revoked meanwhile, and refused to every one of them')
  t.equal(scripted.asked(), 4, 'who came while the crowd was asked for is asked for anew')
  scripted.question(3).answer(active())
  t.match(await late, { ok: true, value: { askedAt: MANUAL_CLOCK_START_SECONDS * 1000 + 30 } })
})

t.test('live — a question that fails is told to those who share it, and the next is asked all the same', async t => {
  covers('auth.live-answers-shared')
  const { authenticator, scripted } = build()
  const first = authenticator.authenticateLive(token)
  const waiting = [1, 2].map(() => authenticator.authenticateLive(token))
  const unreachable = new AuthorizationServerUnavailable('unreachable', 'test')
  scripted.question(0).fail(unreachable)
  await t.rejects(first, unreachable)
  scripted.question(1).answer(active())
  t.ok((await Promise.all(waiting)).every(({ ok }) => ok))
  scripted.says(active())
  t.equal(outcome(await authenticator.authenticateLive(token)), 'granted', 'nothing is left behind')
  t.equal(scripted.asked(), 3)
})

t.test('single flight — whoever comes, whenever what lands: nobody who insists hears an answer asked for before, and few questions do', async () => {
  covers('auth.live-answers-shared', 'auth.live-answer-wins')
  interface Flight { readonly askedAt: number, readonly live: boolean, readonly answer: (askedAt: number) => void, readonly fail: (failure: Error) => void }
  const step = fc.record({ action: fc.constantFrom('join', 'launch', 'answer', 'fail'), which: fc.nat(), pause: fc.constantFrom(0, 1, 2, 3, 9) })
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
    let time = 0
    const landed: number[] = []
    const open: Flight[] = []
    const heard: Array<Promise<boolean>> = []
    const flights = createSingleFlight<number>((_key, askedAt) => { landed.push(askedAt) })
    const ask = (live: boolean) => () => new Promise<number>((resolve, reject) => {
      time += 1
      open.push({ askedAt: time, live, answer: resolve, fail: reject })
    })
    for (const { action, which, pause } of steps) {
      time += 1
      const cameAt = time
      if (action === 'join') heard.push(flights.join('key', ask(false)).then(() => true, () => true))
      else if (action === 'launch') heard.push(flights.launch('key', ask(true)).then(askedAt => askedAt > cameAt, () => true))
      else {
        const [flight] = open.splice(which % Math.max(open.length, 1), 1)
        if (action === 'answer') flight?.answer(flight.askedAt)
        else flight?.fail(new Error('test'))
      }
      if (open.filter(({ live }) => live).length > 1) return false
      for (let turn = 0; turn < pause; turn += 1) await Promise.resolve()
    }
    for (let turn = 0; turn < 100 && heard.length > 0; turn += 1) {
      for (const flight of open.splice(0)) flight.answer(flight.askedAt)
      await new Promise(resolve => { setImmediate(resolve) })
    }
    return (await Promise.all(heard)).every(Boolean) && landed.every((askedAt, index) => askedAt > (landed[index - 1] ?? 0))
  }), { numRuns: 1000 })
})

t.test('live — a fresh negative replaces the cached grant for everybody', async t => {
  covers('auth.live-answer-wins')
  const { authenticator, scripted } = build()
  scripted.says(active())
  await authenticator.authenticate(token)
  scripted.says(inactive)
  t.equal(outcome(await authenticator.authenticateLive(token)), 'inactive')
  const cached = authenticator.authenticate(token)
  t.equal(cached instanceof Promise || outcome(cached), 'inactive')
  t.equal(authenticator.has(token), false)
})

t.test('live — a fresh positive ends a kept negative', async t => {
  const { authenticator, scripted } = build()
  scripted.says(inactive)
  await authenticator.authenticate(token)
  scripted.says(active())
  t.equal(outcome(await authenticator.authenticateLive(token)), 'granted')
  const cached = authenticator.authenticate(token)
  t.equal(cached instanceof Promise || outcome(cached), 'granted')
  t.equal(authenticator.has(token), true)
})

t.test('live — an older positive that lands late overwrites nothing, and its own callers hear the newer answer', async t => {
  covers('auth.live-answer-wins')
  for (const negativeTtlSeconds of [5, 0]) {
    const { authenticator, scripted } = build({ negativeTtlSeconds })
    const older = authenticator.authenticate(token)
    const live = authenticator.authenticateLive(token)
    scripted.question(1).answer(inactive)
    t.equal(outcome(await live), 'inactive')
    scripted.question(0).answer(active())
    t.equal(outcome(await older), 'inactive')
    t.equal(authenticator.has(token), false)
  }
})

t.test('live — nobody joins a flight that has landed, while older ones are still under way', async t => {
  const { authenticator, scripted } = build()
  const older = authenticator.authenticate(token)
  const failing = authenticator.authenticateLive(token)
  scripted.question(1).fail(new AuthorizationServerUnavailable('timeout', 'test'))
  await t.rejects(failing)
  const later = authenticator.authenticate(token)
  t.equal(scripted.asked(), 3, 'asks anew')
  scripted.question(2).answer(inactive)
  t.equal(outcome(await later), 'inactive')
  scripted.question(0).answer(active())
  t.equal(outcome(await older), 'inactive', 'and is still the newer of the two')
  t.equal(authenticator.has(token), false)
})

t.test('cache — a flood of random tokens stays within its bound and evicts no real grant', async t => {
  const { authenticator, scripted } = build({ maxEntries: 10, maxNegativeEntries: 50 })
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

t.test('grant — belongs to the person of the configured issuer, whether the answer names one or not', async t => {
  covers('auth.subject-required')
  const { authenticator, scripted } = build()
  scripted.says({ kind: 'active', claims: claims({ issuer: undefined }) })
  t.match(await authenticator.authenticate(token), { ok: true, value: { person: { issuer: ISSUER, subject: '1004' } } })
})
