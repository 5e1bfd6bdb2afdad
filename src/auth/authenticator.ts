// Is this token good, and meant for us? Gets the authorization server's answer, from the cache or by asking, and puts
// it through every check, in one order, each time. It does not ask what the grant allows: see policy/.

import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { err, ok, type Err } from '../kernel/result.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import { findProblem } from './claims/claim-checks.ts'
import { verifiedGrant } from './grant.ts'
import { createGrantCache, type Answer, type GrantCache, type GrantCacheSettings } from './cache/grant-cache.ts'
import type { AuthenticationEvent } from './observation.ts'
import type { Possession } from './possession/possession.ts'
import type { PresentedToken } from './presented-token.ts'
import type { InvalidTokenProblem, Rejection } from './rejection.ts'
import { createSingleFlight } from './cache/single-flight.ts'
import { readSubject } from './subject.ts'
import type { TokenStatus } from './token-claims.ts'
import type { Verifier } from './verifier.ts'

export interface AuthenticatorSettings {
  /** Closed together with the authenticator. */
  readonly verifier: Verifier
  /** The issuer identifier whose tokens count; it becomes the issuer of every person. */
  readonly issuer: string
  /** Our resource identifier, as the audience must name it. */
  readonly resource: string
  /** Tokens that are not bound to a DPoP key are refused. Default: they are not. */
  readonly dpopRequired?: boolean | undefined
  /** How to keep answers; or a cache already made, which several authenticators may share. */
  readonly cache: GrantCacheSettings | GrantCache
  readonly clock: Clock
  /** Told what happens, for logs and metrics. Must not throw. */
  readonly observe?: (event: AuthenticationEvent) => void
}

export interface CachingAuthenticator extends Authenticator {
  /** A positive answer about this token is kept. */
  readonly holds: (token: PresentedToken) => boolean
  readonly cacheSizes: () => { readonly grants: number, readonly negatives: number }
}

const CACHE_HIT: AuthenticationEvent = { kind: 'cache-hit' }
const NEGATIVE_HIT: AuthenticationEvent = { kind: 'negative-hit' }
const CACHE_MISS: AuthenticationEvent = { kind: 'cache-miss' }

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
export function createAuthenticator (settings: AuthenticatorSettings): CachingAuthenticator {
  const { verifier, issuer, resource, dpopRequired, clock, observe } = settings
  const cache = 'find' in settings.cache ? settings.cache : createGrantCache(settings.cache, clock)
  const flights = createSingleFlight<Answer>(cache.keep)

  function judge ({ status, askedAt, askedAtMonotonicMs }: Answer, token: PresentedToken, possession: Possession | undefined): Authentication {
    if (status.kind === 'inactive') return refuse({ kind: 'inactive' })
    if (status.kind === 'unverifiable') return refuse({ kind: 'unverifiable', problem: status.problem })
    if (status.kind === 'unusable') return refuse({ kind: 'unusable-claim', claim: status.claim })

    const { claims } = status
    const problem = findProblem(claims, { now: clock.now(), issuer, resource, possession, dpopRequired })
    if (problem !== undefined) return refuse(problem)

    const subject = readSubject(claims)
    if (!subject.ok) return refuse(subject.error)
    return ok(verifiedGrant({ person: { issuer, subject: subject.value }, claims, askedAt, askedAtMonotonicMs, tokenFingerprint: token.fingerprint }))
  }

  function inquire (token: PresentedToken, live: boolean): Promise<Answer> {
    const askedAt = clock.now()
    const askedAtMonotonicMs = clock.monotonicMs()
    const asked = observe === undefined ? verifier.verify(token) : verifyAndTell(token, live, observe)
    return asked.then(status => ({ status, askedAt, askedAtMonotonicMs }))
  }

  async function verifyAndTell (token: PresentedToken, live: boolean, tell: (event: AuthenticationEvent) => void): Promise<TokenStatus> {
    const startedMs = clock.monotonicMs()
    const measure = () => ({ live, durationMs: clock.monotonicMs() - startedMs, tokenFingerprint: token.fingerprint })
    try {
      const status = await verifier.verify(token)
      tell({ kind: 'inquiry', outcome: status.kind, ...measure() })
      return status
    } catch (failure) {
      if (failure instanceof AuthorizationServerUnavailable) tell({ kind: 'inquiry', outcome: 'unavailable', reason: failure.reason, ...measure() })
      throw failure
    }
  }

  // Two verifiers never read each other's answers, wherever the tables are kept. Where nobody else has these tables the digest is
  // enough; and 96 bits tell apart what an operator has configured.
  const kind = 'find' in settings.cache ? hash('sha256', verifier.identity, 'buffer').subarray(0, 12).toString('base64url') : ''

  return {
    authenticate (token, possession) {
      const key = token.keyFor(kind)
      const known = cache.find(key)
      if (known === undefined) {
        observe?.(CACHE_MISS)
        return flights.join(key, () => inquire(token, false)).then(answer => judge(answer, token, possession))
      }
      observe?.(known.status.kind === 'active' ? CACHE_HIT : NEGATIVE_HIT)
      return judge(known, token, possession)
    },
    authenticateLive: async (token, possession) => judge(await flights.launch(token.keyFor(kind), () => inquire(token, true)), token, possession),
    holds: token => cache.find(token.keyFor(kind))?.status.kind === 'active',
    close: verifier.close,
    cacheSizes: cache.sizes
  }
}

function refuse (problem: InvalidTokenProblem): Err<Rejection> {
  return err({ kind: 'invalid-token', problem })
}
