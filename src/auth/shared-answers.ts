// The answers of one authorization server about tokens, from the cache or from the server: one question for all callers of a token. They
// are
// no decisions, so the endpoints of one process share them, and each judges an answer by its own rules, at each hit.

import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { createGrantCache, type Answer, type GrantCacheSettings } from './cache/grant-cache.ts'
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
}

const CACHE_HIT: AuthenticationEvent = { kind: 'cache-hit' }
const NEGATIVE_HIT: AuthenticationEvent = { kind: 'negative-hit' }
const CACHE_MISS: AuthenticationEvent = { kind: 'cache-miss' }

export function createAnswers ({ verifier, cache: settings, clock, observe, onRefused }: AnswersSettings): Answers {
  const cache = createGrantCache(settings, clock)
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

  return {
    cachedOrAsked (token) {
      const known = cache.find(token.digest)
      if (known === undefined) {
        observe?.(CACHE_MISS)
        return flights.join(token.digest, () => ask(token, false))
      }
      observe?.(known.status.kind === 'active' ? CACHE_HIT : NEGATIVE_HIT)
      return known
    },
    cached: token => cache.find(token.digest),
    live: token => flights.launch(token.digest, () => ask(token, true))
  }
}
