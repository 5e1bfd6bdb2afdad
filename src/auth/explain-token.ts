// Why is this token good here, or not? The checks of the authenticator, in its order, each with its outcome. For an
// operator who holds the token in hand: it names no claim's value, and makes no grant.

import { CLAIM_CHECKS, type ClaimCheck, type ClaimContext } from './claim-checks.ts'
import type { InvalidTokenProblem } from './rejection.ts'
import { readSubject } from './subject.ts'
import type { TokenStatus } from './token-claims.ts'

export interface TokenCheck {
  readonly check: 'active' | 'usable-claims' | ClaimCheck | 'subject'
  readonly outcome: 'passed' | 'failed' | 'not-reached'
  /** Why it failed. */
  readonly problem: InvalidTokenProblem | undefined
}

const NAMES: ReadonlyArray<TokenCheck['check']> = ['active', 'usable-claims', ...CLAIM_CHECKS.map(([name]) => name), 'subject']

/** Always all of them, in the order in which they are made; the authenticator accepts a token exactly when none failed. */
export function explainToken (status: TokenStatus, context: ClaimContext): readonly TokenCheck[] {
  const failure = firstFailure(status, context)
  const failedAt = failure === undefined ? NAMES.length : NAMES.indexOf(failure.check)
  return NAMES.map((check, place) => {
    return { check, outcome: place < failedAt ? 'passed' : place === failedAt ? 'failed' : 'not-reached', problem: place === failedAt ? failure?.problem : undefined }
  })
}

interface Failure { readonly check: TokenCheck['check'], readonly problem: InvalidTokenProblem }

function firstFailure (status: TokenStatus, context: ClaimContext): Failure | undefined {
  switch (status.kind) {
    case 'inactive': return { check: 'active', problem: { kind: 'inactive' } }
    case 'unverifiable': return { check: 'active', problem: { kind: 'unverifiable', problem: status.problem } }
    case 'unusable': return { check: 'usable-claims', problem: { kind: 'unusable-claim', claim: status.claim } }
    case 'active': break
  }
  for (const [check, problemOf] of CLAIM_CHECKS) {
    const problem = problemOf(status.claims, context)
    if (problem !== undefined) return { check, problem }
  }
  const subject = readSubject(status.claims)
  return subject.ok ? undefined : { check: 'subject', problem: subject.error }
}
