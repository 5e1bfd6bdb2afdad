// The circuit breaker: the state machine alone, and around a verifier.

import t from 'tap'
import { createCircuitBreaker, type CircuitBreaker, type CircuitState } from '../../src/auth/circuit-breaker.ts'
import { createGuardedVerifier } from '../../src/auth/guarded-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { RemoteVerifier } from '../../src/auth/verifier.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

function fail (breaker: CircuitBreaker, times: number): boolean[] {
  return Array.from({ length: times }, () => breaker.record('failed'))
}

t.test('circuit — failures of clients raise one suspicion, and open nothing by themselves', async t => {
  covers('auth.circuit-not-in-clients-hands')
  const states: CircuitState[] = []
  const breaker = createCircuitBreaker(createManualClock(), state => { states.push(state) })
  t.same(fail(breaker, 4), [false, false, false, false])
  t.equal(breaker.record('failed'), true, 'the fifth in a row asks for a question of our own')
  t.same(fail(breaker, 50), Array.from({ length: 50 }, () => false), 'which is asked once')
  t.same(breaker.admit(), { kind: 'pass' })
  breaker.recordProbe({ answered: true })
  t.same(states, [], 'the probe was answered: the failures were not about the server')
  t.same(fail(breaker, 5), [false, false, false, false, true], 'and counting begins anew')
})

t.test('circuit — an answer ends a row of failures, and half of many failing raises the suspicion too', async t => {
  const clock = createManualClock()
  const breaker = createCircuitBreaker(clock)
  const suspicions: boolean[] = []
  for (let pair = 0; pair < 15; pair += 1) {
    breaker.record('answered')
    suspicions.push(breaker.record('failed'))
  }
  t.equal(suspicions.indexOf(true), 9, 'ten of twenty')
  t.equal(suspicions.filter(Boolean).length, 1)

  const slow = createCircuitBreaker(clock)
  const each = collected(t)
  for (let pair = 0; pair < 60; pair += 1) {
    slow.record('answered')
    each.equal(slow.record('failed'), false, 'not when they are spread over a long time')
    clock.advance(1500)
  }
  each.end()
})

t.test('circuit — opens, is half open for one probe, and closes', async t => {
  covers('auth.circuit-breaker')
  const clock = createManualClock()
  const states: CircuitState[] = []
  const breaker = createCircuitBreaker(clock, state => { states.push(state) })
  fail(breaker, 5)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  t.same(breaker.admit(), { kind: 'refuse', retryAfterSeconds: 5 })
  clock.advance(4001)
  t.same(breaker.admit(), { kind: 'refuse', retryAfterSeconds: 1 }, 'Retry-After is the time until the next probe')
  t.equal(breaker.record('failed'), false, 'questions that were under way tell nothing any more')
  breaker.record('answered')
  t.same(states, ['open'])

  clock.advance(999)
  t.same(breaker.admit(), { kind: 'probe' })
  t.same(breaker.admit(), { kind: 'refuse', retryAfterSeconds: 1 }, 'one probe, whoever else asks')
  breaker.recordProbe({ answered: true })
  t.same(breaker.admit(), { kind: 'pass' })
  t.same(states, ['open', 'half-open', 'closed'])
})

t.test('circuit — each probe that fails doubles the pause, up to a bound; a server that says when is not asked sooner', async t => {
  const clock = createManualClock()
  const breaker = createCircuitBreaker(clock)
  const pause = (): number => {
    const admission = breaker.admit()
    return admission.kind === 'refuse' ? admission.retryAfterSeconds : -1
  }
  const failProbe = (retryAfterSeconds = 0): void => {
    clock.advance(60_000)
    t.same(breaker.admit(), { kind: 'probe' })
    breaker.recordProbe({ answered: false, retryAfterSeconds })
  }
  fail(breaker, 5)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  const pauses = [pause()]
  for (let probe = 0; probe < 4; probe += 1) {
    failProbe()
    pauses.push(pause())
  }
  t.same(pauses, [5, 10, 20, 30, 30])
  failProbe(45)
  t.equal(pause(), 45)

  clock.advance(60_000)
  breaker.admit()
  breaker.recordProbe({ answered: true })
  fail(breaker, 5)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  t.equal(pause(), 5, 'recovered once, it begins with a short pause again')
})

const token = (name: string): PresentedToken => new PresentedToken(name)
const INACTIVE: TokenStatus = { kind: 'inactive' }

function stubVerifier (answer: (text: string) => Promise<TokenStatus>): RemoteVerifier & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    verify: presented => {
      asked.push(presented.reveal())
      return answer(presented.reveal())
    },
    ready: async () => {}
  }
}

const outcomeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(() => 'answered', (failure: AuthorizationServerUnavailable) => `${failure.reason} ${failure.retryAfterSeconds}`)

const unavailable = (): Promise<never> => Promise.reject(new AuthorizationServerUnavailable('unexpected-status', 'status 500'))

t.test('guarded verifier — tokens that make the server fail do not cut the others off', async t => {
  covers('auth.circuit-not-in-clients-hands')
  const verifier = stubVerifier(text => text.startsWith('poison') ? unavailable() : Promise.resolve(INACTIVE))
  const states: CircuitState[] = []
  const guarded = createGuardedVerifier({ verifier, clock: createManualClock(), onCircuitChange: state => { states.push(state) } })
  const outcomes = new Set<string>()
  for (let index = 0; index < 200; index += 1) outcomes.add(await outcomeOf(guarded.verify(token(`poison-${index}`))))
  t.same([...outcomes], ['unexpected-status 5'])
  t.same(states, [])
  t.same(await guarded.verify(token('good')), INACTIVE)
  const own = verifier.asked.filter(text => text.startsWith('probe-'))
  t.ok(own.length > 0 && own.length <= 200 / 5, `our own questions are few: ${own.length} of 200`)
  t.equal(new Set(own).size, own.length, 'and never the same')
})

t.test('guarded verifier — an outage is noticed, waited for and over without a restart', async t => {
  covers('auth.circuit-breaker')
  const clock = createManualClock()
  let down = true
  const verifier = stubVerifier(() => down ? unavailable() : Promise.resolve(INACTIVE))
  const states: CircuitState[] = []
  const guarded = createGuardedVerifier({ verifier, clock, onCircuitChange: state => { states.push(state) } })
  for (let index = 0; index < 5; index += 1) t.equal(await outcomeOf(guarded.verify(token(`t-${index}`))), 'unexpected-status 5')
  t.same(states, ['open'], 'five failures, and the probe failed too')
  const before = verifier.asked.length
  t.equal(await outcomeOf(guarded.verify(token('next'))), 'circuit-open 5')
  t.equal(await outcomeOf(guarded.ready()), 'circuit-open 5', 'readiness says so too')
  t.equal(verifier.asked.length, before, 'nobody is asked')

  clock.advance(5000)
  t.equal(await outcomeOf(guarded.ready()), 'unexpected-status 5', 'readiness tries, so that a server without traffic finds out')
  t.equal(verifier.asked.length, before + 1)
  clock.advance(10_000)
  down = false
  t.same(await guarded.verify(token('after')), INACTIVE, 'the first question after the pause goes through, beside the probe')
  t.equal(states.at(-1), 'closed')
  await guarded.ready()
})

t.test('guarded verifier — what is under way is bounded, and the rest is refused at once', async t => {
  covers('auth.questions-bounded')
  const landing: Array<() => void> = []
  const verifier = stubVerifier(() => new Promise(resolve => { landing.push(() => { resolve(INACTIVE) }) }))
  const states: CircuitState[] = []
  const guarded = createGuardedVerifier({ verifier, clock: createManualClock(), maxInFlight: 10, onCircuitChange: state => { states.push(state) } })
  const crowd = Array.from({ length: 1000 }, (_, index) => outcomeOf(guarded.verify(token(`t-${index}`))))
  t.equal(verifier.asked.length, 10)
  const refused = await Promise.all(crowd.slice(10))
  t.same([...new Set(refused)], ['overloaded 1'])
  for (const land of landing) land()
  t.same([...new Set(await Promise.all(crowd.slice(0, 10)))], ['answered'])
  t.same(states, [], 'a crowd is no outage')
  const after = guarded.verify(token('after'))
  landing.at(-1)?.()
  t.same(await after, INACTIVE)
})
