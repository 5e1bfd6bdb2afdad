// The answers of one authorization server about tokens, from the cache or from the server: one question for all callers of a token.
// They are no decisions, so the endpoints of one process share them, and each judges an answer by its own rules, at each hit.

import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { createGrantCache, type Answer, type GrantCacheSettings } from './cache/grant-cache.ts'
import { createRecheckMarks, type RecheckedPerson } from './cache/recheck-marks.ts'
import { createSingleFlight } from './cache/single-flight.ts'
import type { AuthenticationEvent } from './observation.ts'
import type { PresentedToken } from './presented-token.ts'
import type { TokenStatus } from './token-claims.ts'
import type { Verifier } from './verifier.ts'

export interface AnswersSettings {
  readonly verifier: Verifier
  readonly cache: GrantCacheSettings
  readonly clock: Clock
  /** Called with each event, for logs and metrics. Must not throw. */
  readonly observe?: (event: AuthenticationEvent) => void
  /** Called with the digest of each token that an answer says is no longer good, before anyone else learns of it. Must not throw. */
  readonly onRefused?: (tokenDigest: string) => void
}

export interface Answers {
  /** @throws AuthorizationServerUnavailable (as a rejected promise) */
  readonly cachedOrAsked: (token: PresentedToken) => Answer | Promise<Answer>
  readonly cached: (token: PresentedToken) => Answer | undefined
  /** Asked for after this call, whatever is cached. @throws AuthorizationServerUnavailable (as a rejected promise) */
  readonly live: (token: PresentedToken) => Promise<Answer>
  /** What was asked about this person before now no longer counts. */
  readonly recheck: (who: RecheckedPerson) => void
}

const CACHE_HIT: AuthenticationEvent = { kind: 'cache-hit' }
const NEGATIVE_HIT: AuthenticationEvent = { kind: 'negative-hit' }
const CACHE_MISS: AuthenticationEvent = { kind: 'cache-miss' }

export function createAnswers ({ verifier, cache: settings, clock, observe, onRefused }: AnswersSettings): Answers {
  const cache = createGrantCache(settings, clock)
  const marks = createRecheckMarks(clock.monotonicMs)
  const flights = createSingleFlight<Answer>((digest, answer) => {
    cache.keep(digest, answer)
    if (answer.status.kind !== 'active') onRefused?.(digest)
  })

  function ask (token: PresentedToken, live: boolean): Promise<Answer> {
    const askedAt = clock.now()
    const askedAtMonotonicMs = clock.monotonicMs()
    const asked = observe === undefined ? verifier.verify(token) : verifyObserved(token, live, observe)
    return asked.then(status => ({ status, askedAt, askedAtMonotonicMs }))
  }

  async function verifyObserved (token: PresentedToken, live: boolean, report: (event: AuthenticationEvent) => void): Promise<TokenStatus> {
    const startedMs = clock.monotonicMs()
    const measure = () => ({ live, durationMs: clock.monotonicMs() - startedMs, tokenFingerprint: token.fingerprint })
    try {
      const status = await verifier.verify(token)
      report({ kind: 'inquiry', outcome: status.kind, ...measure() })
      return status
    } catch (failure) {
      if (failure instanceof AuthorizationServerUnavailable) {
        report({ kind: 'inquiry', outcome: 'unavailable', reason: failure.reason, ...measure() })
      }
      throw failure
    }
  }

  function cached ({ digest }: PresentedToken): Answer | undefined {
    const known = cache.find(digest)
    return known === undefined || marks.isEmpty() || !marks.doubts(known) ? known : undefined
  }

  return {
    cachedOrAsked (token) {
      const known = cached(token)
      if (known === undefined) {
        observe?.(CACHE_MISS)
        // A question that is on its way was perhaps sent before a mark.
        return marks.isEmpty() ? flights.join(token.digest, () => ask(token, false)) : flights.launch(token.digest, () => ask(token, false))
      }
      observe?.(known.status.kind === 'active' ? CACHE_HIT : NEGATIVE_HIT)
      return known
    },
    cached,
    live: token => flights.launch(token.digest, () => ask(token, true)),
    recheck: marks.mark
  }
}
