// The circuit breaker alone: a state machine.

import t from 'tap'
import { createCircuitBreaker, type CircuitBreaker, type CircuitState } from '../../src/auth/circuit-breaker.ts'
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
  t.equal(breaker.record('failed'), false, 'a failure of a request in flight changes nothing')
  t.same(states, ['open'])

  clock.advance(999)
  t.same(breaker.admit(), { kind: 'probe' })
  t.same(breaker.admit(), { kind: 'refuse', retryAfterSeconds: 1 }, 'one probe, whoever else asks')
  breaker.recordProbe({ answered: true })
  t.same(breaker.admit(), { kind: 'pass' })
  t.same(states, ['open', 'half-open', 'closed'])
})

t.test('circuit — after two failed probes a few unknown tokens are tried, and one answer closes it for good', async t => {
  covers('auth.circuit-not-in-clients-hands')
  const clock = createManualClock()
  const states: CircuitState[] = []
  const breaker = createCircuitBreaker(clock, state => { states.push(state) })
  const admittedIn = (ms: number): number => Array.from({ length: ms / 10 }, () => {
    clock.advance(10)
    return breaker.admit().kind
  }).filter(kind => kind === 'pass').length
  fail(breaker, 5)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  t.equal(admittedIn(4000), 0, 'not while the first pause lasts')
  clock.advance(1000)
  t.same(breaker.admit(), { kind: 'probe' })
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  t.equal(admittedIn(900), 0)
  t.equal(admittedIn(2000), 20, 'ten in a second')
  t.same(fail(breaker, 20), Array.from({ length: 20 }, () => false), 'failures about invented tokens change nothing')

  t.equal(breaker.record('answered'), true, 'a good token among them: the server answers, and a probe asks whether for all')
  t.same(breaker.admit(), { kind: 'pass' })
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  t.same(breaker.admit(), { kind: 'pass' }, 'it fails for unknown tokens alone')
  t.strictSame(states, ['open', 'half-open', 'open', 'closed'])
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

t.test('circuit — an answer about any token closes it, and a probe verifies that', async t => {
  covers('auth.circuit-closes-on-answer')
  const clock = createManualClock()
  const states: CircuitState[] = []
  const breaker = createCircuitBreaker(clock, state => { states.push(state) })
  fail(breaker, 5)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 60 })
  t.same(breaker.admit(true), { kind: 'refuse', retryAfterSeconds: 60 }, 'a known token is not sent at once either')
  clock.advance(1000)
  t.same(breaker.admit(false), { kind: 'refuse', retryAfterSeconds: 59 })
  t.same(breaker.admit(true), { kind: 'pass' }, 'but soon')
  t.equal(breaker.record('answered', true), true, 'the caller sends a probe')
  t.same(states, ['open', 'closed'])
  t.same(breaker.admit(), { kind: 'pass' })

  breaker.recordProbe({ answered: false, retryAfterSeconds: 60 })
  t.same(states, ['open', 'closed'], 'the server fails for unknown tokens alone')
  t.same(fail(breaker, 5), [false, false, false, false, true])
  breaker.recordProbe({ answered: false, retryAfterSeconds: 60 })
  t.same(states, ['open', 'closed'], 'and goes on doing so')
  breaker.record('failed', true)
  t.same(fail(breaker, 4), [false, false, false, true])
  breaker.recordProbe({ answered: false, retryAfterSeconds: 0 })
  t.same(states, ['open', 'closed', 'open'], 'until a known token fails too')
})

t.test('circuit — known tokens that fail are tried again at the pace of the probes', async t => {
  const clock = createManualClock()
  const breaker = createCircuitBreaker(clock)
  breaker.record('failed', true)
  fail(breaker, 4)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 60 })
  const kinds: string[] = []
  for (let second = 0; second < 12; second += 1) {
    clock.advance(1000)
    kinds.push(breaker.admit(true).kind, breaker.admit(true).kind)
  }
  t.equal(kinds.filter(kind => kind === 'pass').length, 3)
})

t.test('circuit — replaced credentials close it', async t => {
  const breaker = createCircuitBreaker(createManualClock())
  fail(breaker, 5)
  breaker.recordProbe({ answered: false, retryAfterSeconds: 60 })
  breaker.close()
  t.same(breaker.admit(), { kind: 'pass' })
})
