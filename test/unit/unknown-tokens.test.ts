// A server that fails for unknown tokens, and clients that invent tokens before the gateway has seen a good one.

import t from 'tap'
import type { CircuitState } from '../../src/auth/circuit-breaker.ts'
import { createGuardedVerifier } from '../../src/auth/guarded-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { RemoteVerifier } from '../../src/auth/verifier.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { active } from '../support/token-statuses.ts'

const token = (name: string): PresentedToken => new PresentedToken(name)

const outcomeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(() => 'answered', (failure: AuthorizationServerUnavailable) => failure.reason)

t.test('guarded verifier — a server that fails for unknown tokens, attacked before the first good one, is found out', async t => {
  covers('auth.circuit-not-in-clients-hands')
  const clock = createManualClock()
  const states: CircuitState[] = []
  const verifier: RemoteVerifier = {
    verify: presented => presented.reveal().startsWith('good')
      ? Promise.resolve(active())
      : Promise.reject(new AuthorizationServerUnavailable('unexpected-status', 'status 500')),
    ready: async () => {}
  }
  const guarded = createGuardedVerifier({ verifier, clock, onCircuitChange: state => { states.push(state) } })
  for (let index = 0; index < 5; index += 1) await outcomeOf(guarded.verify(token(`made-up-${index}`)))
  t.same(states, ['open'])
  clock.advance(5000)
  t.equal(await outcomeOf(guarded.verify(token('made-up'))), 'unexpected-status', 'the second probe fails beside it')

  let first: number | undefined
  for (let attempt = 0; attempt < 100 && first === undefined; attempt += 1) {
    clock.advance(75)
    // a client that invents tokens comes first each time
    await outcomeOf(guarded.verify(token(`made-up-again-${attempt}`)))
    clock.advance(75)
    if (await outcomeOf(guarded.verify(token('good'))) === 'answered') first = attempt
  }
  t.not(first, undefined, 'the good token is tried within a few seconds')
  const outcomes = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
    await outcomeOf(guarded.verify(token(`made-up-later-${index}`)))
    return outcomeOf(guarded.verify(token(`good-${index}`)))
  }))
  t.equal(outcomes.filter(outcome => outcome === 'answered').length, 100, 'and from then on every good token is answered')
  t.equal(states.at(-1), 'closed')
})
