// Questions about one token at the same time are one question; a caller that demands a live answer never gets one that was asked for
// before.

import fc from 'fast-check'
import t from 'tap'
import { createSingleFlight } from '../../src/auth/cache/single-flight.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { covers } from '../support/covers.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { buildAuthenticator, outcome, token } from '../support/scripted-verifier.ts'
import { active, inactive } from '../support/token-statuses.ts'

t.test('single flight — a thousand cold calls with one token make one introspection', async t => {
  covers('auth.single-flight')
  const { authenticator, scripted } = buildAuthenticator()
  const calls = Array.from({ length: 1000 }, async () => await authenticator.authenticate(new PresentedToken('the-token')))
  t.equal(scripted.asked(), 1)
  scripted.question(0).answer(active())
  t.ok((await Promise.all(calls)).every(authentication => authentication.ok))
  t.equal(scripted.asked(), 1)
})

t.test('single flight — a failure is told to all who waited, is not kept, and poisons nobody', async t => {
  covers('auth.single-flight', 'auth.authorization-server-failure-is-not-a-bad-token')
  const { authenticator, scripted, events } = buildAuthenticator()
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
  const { authenticator, scripted } = buildAuthenticator()
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
  const { authenticator, scripted } = buildAuthenticator()
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
  const { authenticator, scripted, clock } = buildAuthenticator()
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
  const { authenticator, scripted, clock } = buildAuthenticator()
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
  t.ok((await Promise.all(crowd)).every(authentication => outcome(authentication) === 'inactive'),
    'revoked meanwhile, and refused to every one of them')
  t.equal(scripted.asked(), 4, 'who came while the crowd was asked for is asked for anew')
  scripted.question(3).answer(active())
  t.match(await late, { ok: true, value: { askedAt: MANUAL_CLOCK_START_SECONDS * 1000 + 30 } })
})

t.test('live — a question that fails is told to those who share it, and the next is asked all the same', async t => {
  covers('auth.live-answers-shared')
  const { authenticator, scripted } = buildAuthenticator()
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

t.test('single flight — in any order of arrivals and answers, no live caller gets an answer that is older than its call', async () => {
  covers('auth.live-answers-shared', 'auth.live-answer-wins')
  interface Flight {
    readonly askedAt: number
    readonly live: boolean
    readonly answer: (askedAt: number) => void
    readonly fail: (failure: Error) => void
  }
  const step =
    fc.record({ action: fc.constantFrom('join', 'launch', 'answer', 'fail'), which: fc.nat(), pause: fc.constantFrom(0, 1, 2, 3, 9) })
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
  const { authenticator, scripted } = buildAuthenticator()
  scripted.says(active())
  await authenticator.authenticate(token)
  scripted.says(inactive)
  t.equal(outcome(await authenticator.authenticateLive(token)), 'inactive')
  const cached = authenticator.authenticate(token)
  t.equal(cached instanceof Promise || outcome(cached), 'inactive')
  t.equal(authenticator.has(token), false)
})

t.test('live — a fresh positive ends a kept negative', async t => {
  const { authenticator, scripted } = buildAuthenticator()
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
    const { authenticator, scripted } = buildAuthenticator({ negativeTtlSeconds })
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
  const { authenticator, scripted } = buildAuthenticator()
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
