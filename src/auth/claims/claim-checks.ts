// The checks of an active token, in the order of the RFCs. The authenticator stops at the first problem; `explain` lists all checks
// up to it. The subject is read afterwards.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import { checkAudience } from './audience.ts'
import { checkBinding } from './binding.ts'
import { checkIssuer } from './issuer.ts'
import type { Possession } from '../possession/possession.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'
import { checkValidity } from './validity.ts'

export interface ClaimContext {
  readonly now: EpochMilliseconds
  /** The issuer identifier whose tokens are accepted. */
  readonly issuer: string
  /** Our resource identifier. */
  readonly resource: string
  /** The keys and certificates that the sender proved to have; absent: none. */
  readonly possession?: Possession | undefined
  /** Tokens that are not bound to a DPoP key are refused. */
  readonly dpopRequired?: boolean | undefined
}

export type ClaimCheck = 'lifetime' | 'issuer' | 'sender-constraint' | 'audience'

type Checked = readonly [ClaimCheck, (claims: TokenClaims, context: ClaimContext) => InvalidTokenProblem | undefined]

export const CLAIM_CHECKS: readonly Checked[] = [
  ['lifetime', (claims, { now }) => checkValidity(claims, now)],
  ['issuer', (claims, { issuer }) => checkIssuer(claims, issuer)],
  ['sender-constraint', (claims, { possession, dpopRequired }) => checkBinding(claims, possession, dpopRequired)],
  ['audience', (claims, { resource }) => checkAudience(claims, resource)]
]

/** The first problem; `undefined` when the token passes every check. */
export function findProblem (claims: TokenClaims, context: ClaimContext): InvalidTokenProblem | undefined {
  for (const [, check] of CLAIM_CHECKS) {
    const problem = check(claims, context)
    if (problem !== undefined) return problem
  }
  return undefined
}
