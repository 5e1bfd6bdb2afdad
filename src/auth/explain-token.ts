// Lists the checks of a token with their outcome, derived from the result of authentication. For the operator, in `explain` and
// `doctor`: it repeats no check, and shows no value of a claim.

import type { Authentication } from './authentication.ts'
import { CLAIM_CHECKS, type ClaimCheck } from './claims/claim-checks.ts'
import type { InvalidTokenProblem, Rejection } from './rejection.ts'

type TokenCheckName = 'credentials' | 'active' | 'usable-claims' | ClaimCheck | 'subject'

export interface TokenCheck {
  readonly check: TokenCheckName
  readonly outcome: 'passed' | 'failed' | 'not-reached'
  /** The reason, when this check failed. */
  readonly problem: InvalidTokenProblem | undefined
}

const NAMES: readonly TokenCheckName[] = ['credentials', 'active', 'usable-claims', ...CLAIM_CHECKS.map(([name]) => name), 'subject']

/** All checks, in their order. */
export function explainToken (authentication: Authentication): readonly TokenCheck[] {
  const failedAt = authentication.ok ? NAMES.length : NAMES.indexOf(failedCheck(authentication.error))
  const problem = !authentication.ok && authentication.error.kind === 'invalid-token' ? authentication.error.problem : undefined
  return NAMES.map((check, place) => {
    return {
      check,
      outcome: place < failedAt ? 'passed' : place === failedAt ? 'failed' : 'not-reached',
      problem: place === failedAt ? problem : undefined
    }
  })
}

function failedCheck (rejection: Rejection): TokenCheckName {
  switch (rejection.kind) {
    case 'missing-token': return 'credentials'
    case 'malformed-credentials': return 'credentials'
    case 'invalid-proof': return 'credentials'
    case 'nonce-required': return 'credentials'
    case 'invalid-token': return checkBehind(rejection.problem)
  }
}

function checkBehind (problem: InvalidTokenProblem): TokenCheckName {
  switch (problem.kind) {
    case 'inactive': return 'active'
    case 'unverifiable': return 'active'
    case 'unusable-claim': return problem.claim === 'sub' ? 'subject' : 'usable-claims'
    case 'expired': return 'lifetime'
    case 'no-expiry': return 'lifetime'
    case 'not-yet-valid': return 'lifetime'
    case 'wrong-issuer': return 'issuer'
    case 'sender-constrained': return 'sender-constraint'
    case 'wrong-key': return 'sender-constraint'
    case 'not-sender-constrained': return 'sender-constraint'
    case 'wrong-audience': return 'audience'
    case 'no-audience': return 'audience'
    case 'no-own-scope': return 'audience'
    case 'client-not-accepted': return 'client'
    case 'no-subject': return 'subject'
  }
}
