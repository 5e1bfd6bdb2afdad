// Authenticates a token: takes the authorization server's answer from the cache or from the verifier, and applies every check
// to it, each time. What the grant allows is decided in policy/.

import type { Clock } from '../kernel/clock.ts'
import { err, ok, type Err } from '../kernel/result.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import { findProblem } from './claims/claim-checks.ts'
import { readPerson } from './claims/subject.ts'
import { defaultTokenRules, type TokenRules } from './claims/token-rules.ts'
import { verifiedGrant } from './grant.ts'
import { createAnswers, type Answers, type AnswersSettings } from './shared-answers.ts'
import type { Answer } from './cache/grant-cache.ts'
import type { RecheckedPerson } from './cache/recheck-marks.ts'
import type { Possession } from './possession/possession.ts'
import type { PresentedToken } from './presented-token.ts'
import type { InvalidTokenProblem, Rejection } from './rejection.ts'

export interface AuthenticatorSettings extends AnswersSettings {
  /** The issuer identifier whose tokens are accepted; it becomes the issuer of every person. */
  readonly issuer: string
  /** Our resource identifier, as the audience must name it. */
  readonly resource: string
  /** What is accepted otherwise. Default: what RFC 9068 says, for `resource` alone. */
  readonly rules?: Partial<Omit<TokenRules, 'issuer'>>
}

export interface CachingAuthenticator extends Authenticator {
  /** Whether a positive answer about this token is cached. */
  readonly has: (token: PresentedToken) => boolean
  /** What was asked about this person before now no longer counts. */
  readonly recheck: (who: RecheckedPerson) => void
  /** The same server and the same cached answers, judged by other rules: for another resource that it issues tokens for. */
  readonly withRules: (rules: TokenRules) => CachingAuthenticator
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
export function createAuthenticator (settings: AuthenticatorSettings): CachingAuthenticator {
  return judgedBy({ ...defaultTokenRules(settings.issuer, settings.resource), ...settings.rules }, createAnswers(settings), settings.clock)
}

function judgedBy (rules: TokenRules, answers: Answers, clock: Clock): CachingAuthenticator {
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

  async function authenticateLive (token: PresentedToken, possession?: Possession): Promise<Authentication> {
    return judge(await answers.live(token), token, possession)
  }

  return {
    authenticate (token, possession) {
      const answer = answers.cachedOrAsked(token)
      return answer instanceof Promise ? answer.then(asked => judge(asked, token, possession)) : judge(answer, token, possession)
    },
    authenticateLive,
    authenticateAgain (token, possession) {
      const known = answers.cached(token)
      return known === undefined ? authenticateLive(token, possession) : judge(known, token, possession)
    },
    has: token => answers.cached(token)?.status.kind === 'active',
    recheck: answers.recheck,
    withRules: others => judgedBy(others, answers, clock)
  }
}

function refuse (problem: InvalidTokenProblem): Err<Rejection> {
  return err({ kind: 'invalid-token', problem })
}
