// The circuit breaker around a verifier: which failures count, which tokens are still asked about, and how an outage ends.

import t from 'tap'
import type { CircuitState } from '../../src/auth/circuit-breaker.ts'
import { createGuardedVerifier } from '../../src/auth/guarded-verifier.ts'
import { UnexplainedRefusal } from '../../src/auth/introspection/negative-reply.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { RemoteVerifier } from '../../src/auth/verifier.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

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
  t.same(await guarded.verify(token('after')), INACTIVE, 'the first request after the pause is sent at the same time as the probe')
  t.equal(states.at(-1), 'closed')
  await guarded.ready()
})

t.test('guarded verifier — what is under way is bounded, and the rest is refused at once', async t => {
  covers('auth.questions-bounded')
  const landing: Array<() => void> = []
  const verifier = stubVerifier(() => new Promise(resolve => { landing.push(() => { resolve(INACTIVE) }) }))
  const states: CircuitState[] = []
  const guarded =
    createGuardedVerifier({ verifier, clock: createManualClock(), maxInFlight: 10, onCircuitChange: state => { states.push(state) } })
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

const ACTIVE: TokenStatus = {
  kind: 'active',
  claims: {
    issuer: undefined,
    subject: '1004',
    clientId: undefined,
    audience: [],
    scopes: new Set(),
    expiresAt: undefined,
    notBefore: undefined,
    authenticatedAt: undefined,
    authenticationContext: undefined,
    confirmation: undefined,
    authorizationDetails: undefined
  }
}
const isGood = (text: string): boolean => text.startsWith('good')
const fault = (reason: UnavailabilityCause, retryAfterSeconds = 5) =>
  Promise.reject(new AuthorizationServerUnavailable(reason, 'detail', retryAfterSeconds))
const settled = () => new Promise(resolve => { setImmediate(resolve) })

t.test('guarded verifier — a server that refuses unknown tokens alone is asked about the others', async t => {
  covers('auth.circuit-not-in-clients-hands')
  const each = collected(t)
  const refusals: Record<string, () => Promise<never>> = {
    401: () => Promise.reject(new UnexplainedRefusal(401)),
    403: () => Promise.reject(new UnexplainedRefusal(403)),
    404: () => Promise.reject(new UnexplainedRefusal(404)),
    429: () => fault('rate-limited', 5),
    'a reply without use': () => fault('unusable-reply')
  }
  for (const [name, refuse] of Object.entries(refusals)) {
    const states: CircuitState[] = []
    const clock = createManualClock()
    const verifier = stubVerifier(text => isGood(text) ? Promise.resolve(ACTIVE) : refuse())
    const guarded = createGuardedVerifier({ verifier, clock, onCircuitChange: state => { states.push(state) } })
    each.equal(await outcomeOf(guarded.verify(token('good-0'))), 'answered', name)
    for (let index = 0; index < 100; index += 1) {
      await outcomeOf(guarded.verify(token(`noise-${index}`)))
      await settled()
      each.equal(await outcomeOf(guarded.verify(token('good-0'))), 'answered', name)
      each.equal(await outcomeOf(guarded.ready()), 'answered', name)
      clock.advance(100)
    }
    each.same(states, [], name)
  }
  each.end()
})

t.test('guarded verifier — a server that fails for unknown tokens loses known ones for a second, once', async t => {
  covers('auth.circuit-closes-on-answer')
  const clock = createManualClock()
  const verifier = stubVerifier(text => isGood(text) ? Promise.resolve(ACTIVE) : unavailable())
  const guarded = createGuardedVerifier({ verifier, clock })
  await guarded.verify(token('good'))
  const outcomes: string[] = []
  for (let tenth = 0; tenth < 300; tenth += 1) {
    for (let index = 0; index < 6; index += 1) await outcomeOf(guarded.verify(token(`noise-${tenth}-${index}`)))
    await settled()
    outcomes.push(await outcomeOf(guarded.verify(token('good'))))
    clock.advance(100)
  }
  t.ok(outcomes.filter(outcome => outcome !== 'answered').length <= 10, `${outcomes.indexOf('answered')} of 300`)
  t.equal(outcomes.lastIndexOf('circuit-open 5'), outcomes.indexOf('answered') - 1)
})

t.test('guarded verifier — an unexplained 401 is about the token where credentials are proven, about them for a good token', async t => {
  covers('auth.unexplained-refusal')
  let broken = false
  const verifier = stubVerifier(text => isGood(text) && !broken ? Promise.resolve(ACTIVE) : Promise.reject(new UnexplainedRefusal(401)))
  const guarded = createGuardedVerifier({ verifier, clock: createManualClock() })
  for (let index = 0; index < 5; index += 1) t.equal(await outcomeOf(guarded.verify(token(`early-${index}`))), 'unexplained-refusal 5')
  t.equal(await outcomeOf(guarded.ready()), 'unexplained-refusal 5', 'nothing has been answered yet')
  t.equal(await outcomeOf(guarded.verify(token('good'))), 'answered')
  t.equal(await outcomeOf(guarded.ready()), 'answered')
  t.same(await guarded.verify(token('unknown')), INACTIVE)
  broken = true
  t.equal(await outcomeOf(guarded.verify(token('good'))), 'credentials-rejected 5')
  t.equal(await outcomeOf(guarded.verify(token('unknown'))), 'unexplained-refusal 5', 'no longer about the token')
})

t.test('guarded verifier — new credentials close the circuit, and an open one is reported once a minute with its reason', async t => {
  covers('auth.circuit-closes-on-new-credentials')
  const clock = createManualClock()
  let secret = 'wrong'
  const reports: string[] = []
  const verifier = stubVerifier(() => secret === 'right' ? Promise.resolve(INACTIVE) : fault('credentials-rejected'))
  const guarded = createGuardedVerifier({ verifier, clock, credentials: () => secret, onCircuitChange: (state, reason) => { reports.push(`${state} ${reason}`) } })
  for (let index = 0; index < 5; index += 1) await outcomeOf(guarded.verify(token(`t-${index}`)))
  for (let second = 0; second < 130; second += 1) {
    await outcomeOf(guarded.verify(token(`later-${second}`)))
    await settled()
    clock.advance(1000)
  }
  const open = reports.filter(report => report === 'open credentials-rejected').length
  t.ok(open >= 2 && open < 15, `${open} lines`)
  secret = 'right'
  t.same(await guarded.verify(token('next')), INACTIVE)
  t.match(reports.at(-1), /^closed/)
})

t.test('guarded verifier — a server that calls one good token after the other inactive is not believed for a minute', async t => {
  covers('auth.contradicting-server-doubted')
  const clock = createManualClock()
  let forgotten = false
  const doubts: boolean[] = []
  const verifier = stubVerifier(text => Promise.resolve(isGood(text) && !forgotten ? ACTIVE : INACTIVE))
  const guarded = createGuardedVerifier({ verifier, clock, onDoubt: doubted => { doubts.push(doubted) } })
  for (let index = 0; index < 20; index += 1) await guarded.verify(token(`good-${index}`))
  for (let index = 0; index < 100; index += 1) t.same(await guarded.verify(token(`invented-${index}`)), INACTIVE)
  t.same(doubts, [], 'invented tokens cause no doubt')
  forgotten = true
  const outcomes: string[] = []
  for (let index = 0; index < 10; index += 1) outcomes.push(await outcomeOf(guarded.verify(token(`good-${index}`))))
  t.same(outcomes, [...Array.from({ length: 4 }, () => 'answered'), ...Array.from({ length: 6 }, () => 'doubtful-answer 60')])
  t.equal(await outcomeOf(guarded.ready()), 'doubtful-answer 60')
  t.equal(await outcomeOf(guarded.verify(token('invented'))), 'doubtful-answer 60', 'no client is told to throw its token away')
  forgotten = false
  t.equal(await outcomeOf(guarded.verify(token('good-19'))), 'answered')
  t.equal(await outcomeOf(guarded.ready()), 'answered', 'one active answer ends the doubt')

  forgotten = true
  for (let index = 10; index < 16; index += 1) await outcomeOf(guarded.verify(token(`good-${index}`)))
  clock.advance(60_000)
  t.same(await guarded.verify(token('good-17')), INACTIVE, 'and it ends without one, so that clients can obtain new tokens')
  t.same(doubts, [true, false, true, false])
})

t.test('guarded verifier — genuine tokens that were never seen before count as evidence too', async t => {
  covers('auth.contradicting-server-doubted')
  const verifier = stubVerifier(() => Promise.resolve(INACTIVE))
  const guarded = createGuardedVerifier(
    { verifier, clock: createManualClock(), evidence: { isGenuine: async presented => isGood(presented.reveal()), mayBeGood: () => false } }
  )
  for (let index = 0; index < 50; index += 1) t.same(await guarded.verify(token(`invented-${index}`)), INACTIVE)
  for (let index = 0; index < 50; index += 1) t.same(await guarded.verify(token('good-again')), INACTIVE, 'one token counts once')
  const outcomes: string[] = []
  for (let index = 0; index < 5; index += 1) outcomes.push(await outcomeOf(guarded.verify(token(`good-${index}`))))
  t.equal(outcomes.at(-1), 'doubtful-answer 60')
})
