// The checks of an active token, in the order of the RFCs. The authenticator stops at the first problem; `explain` lists all checks
// up to it. The subject is read afterwards.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import { checkAudience, checkOwnScope } from './audience.ts'
import { checkBinding } from './binding.ts'
import { checkClient } from './client.ts'
import { checkIssuer } from './issuer.ts'
import type { Possession } from '../possession/possession.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'
import type { TokenRules } from './token-rules.ts'
import { checkValidity } from './validity.ts'

export interface ClaimContext {
  readonly now: EpochMilliseconds
  readonly rules: TokenRules
  /** The keys and certificates that the sender proved to have; absent: none. */
  readonly possession?: Possession | undefined
}

export type ClaimCheck = 'lifetime' | 'issuer' | 'sender-constraint' | 'audience' | 'client'

type Checked = readonly [ClaimCheck, (claims: TokenClaims, context: ClaimContext) => InvalidTokenProblem | undefined]

export const CLAIM_CHECKS: readonly Checked[] = [
  ['lifetime', (claims, { now, rules }) => checkValidity(claims, now, rules)],
  ['issuer', (claims, { rules }) => checkIssuer(claims, rules.issuer)],
  ['sender-constraint', (claims, { possession, rules }) => checkBinding(claims, possession, rules.dpopRequired)],
  ['audience', checkMeantForUs],
  ['client', (claims, { rules }) => checkClient(claims, rules.clients)]
]

function checkMeantForUs (claims: TokenClaims, { rules }: ClaimContext): InvalidTokenProblem | undefined {
  const { audiences, requiredScopePrefix } = rules
  const problem = checkAudience(claims, audiences)
  return problem === undefined && requiredScopePrefix !== undefined ? checkOwnScope(claims, requiredScopePrefix) : problem
}

/** The first problem; `undefined` when the token passes every check. */
export function findProblem (claims: TokenClaims, context: ClaimContext): InvalidTokenProblem | undefined {
  for (const [, check] of CLAIM_CHECKS) {
    const problem = check(claims, context)
    if (problem !== undefined) return problem
  }
  return undefined
}
