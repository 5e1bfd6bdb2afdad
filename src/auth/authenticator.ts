// Authenticates a token: takes the authorization server's answer from the cache or from the verifier, and applies every check
// to it, each time. What the grant allows is decided in policy/.

import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { err, ok, type Err } from '../kernel/result.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import { findProblem } from './claims/claim-checks.ts'
import { readPerson } from './claims/subject.ts'
import { defaultTokenRules, type TokenRules } from './claims/token-rules.ts'
import { verifiedGrant } from './grant.ts'
import { createGrantCache, type Answer, type GrantCacheSettings } from './cache/grant-cache.ts'
import type { AuthenticationEvent } from './observation.ts'
import type { Possession } from './possession/possession.ts'
import type { PresentedToken } from './presented-token.ts'
import type { InvalidTokenProblem, Rejection } from './rejection.ts'
import { createSingleFlight } from './cache/single-flight.ts'
import type { TokenStatus } from './token-claims.ts'
import type { Verifier } from './verifier.ts'

export interface AuthenticatorSettings {
  readonly verifier: Verifier
  /** The issuer identifier whose tokens are accepted; it becomes the issuer of every person. */
  readonly issuer: string
  /** Our resource identifier, as the audience must name it. */
  readonly resource: string
  /** What is accepted otherwise. Default: what RFC 9068 says, for `resource` alone. */
  readonly rules?: Partial<Omit<TokenRules, 'issuer'>>
  readonly cache: GrantCacheSettings
  readonly clock: Clock
  /** Called with each event, for logs and metrics. Must not throw. */
  readonly observe?: (event: AuthenticationEvent) => void
}

export interface CachingAuthenticator extends Authenticator {
  /** Whether a positive answer about this token is cached. */
  readonly has: (token: PresentedToken) => boolean
}

const CACHE_HIT: AuthenticationEvent = { kind: 'cache-hit' }
const NEGATIVE_HIT: AuthenticationEvent = { kind: 'negative-hit' }
const CACHE_MISS: AuthenticationEvent = { kind: 'cache-miss' }

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
export function createAuthenticator (settings: AuthenticatorSettings): CachingAuthenticator {
  const { verifier, clock, observe } = settings
  const rules: TokenRules = { ...defaultTokenRules(settings.issuer, settings.resource), ...settings.rules }
  const cache = createGrantCache(settings.cache, clock)
  const flights = createSingleFlight<Answer>(cache.keep)

  function judge (
    { status, askedAt, askedAtMonotonicMs }: Answer, token: PresentedToken, possession: Possession | undefined
  ): Authentication {
    if (status.kind === 'inactive') return refuse({ kind: 'inactive' })
    if (status.kind === 'unverifiable') return refuse({ kind: 'unverifiable', problem: status.problem })
    if (status.kind === 'unusable') return refuse({ kind: 'unusable-claim', claim: status.claim })

    const { claims } = status
    const problem = findProblem(claims, { now: clock.now(), rules, possession })
    if (problem !== undefined) return refuse(problem)

    const person = readPerson(claims, rules)
    if (!person.ok) return refuse(person.error)
    return ok(verifiedGrant({ person: person.value, claims, askedAt, askedAtMonotonicMs, tokenFingerprint: token.fingerprint }))
  }

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

  async function authenticateLive (token: PresentedToken, possession?: Possession): Promise<Authentication> {
    return judge(await flights.launch(token.digest, () => ask(token, true)), token, possession)
  }

  return {
    authenticate (token, possession) {
      const known = cache.find(token.digest)
      if (known === undefined) {
        observe?.(CACHE_MISS)
        return flights.join(token.digest, () => ask(token, false)).then(answer => judge(answer, token, possession))
      }
      observe?.(known.status.kind === 'active' ? CACHE_HIT : NEGATIVE_HIT)
      return judge(known, token, possession)
    },
    authenticateLive,
    authenticateAgain (token, possession) {
      const known = cache.find(token.digest)
      return known === undefined ? authenticateLive(token, possession) : judge(known, token, possession)
    },
    has: token => cache.find(token.digest)?.status.kind === 'active'
  }
}

function refuse (problem: InvalidTokenProblem): Err<Rejection> {
  return err({ kind: 'invalid-token', problem })
}
