// Which checks does an active token go through, and in which order? The one list: the authenticator stops at the first
// problem, an explanation tells how far a token came. The subject is read afterwards, since a person is made of it.

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
  /** The issuer identifier whose tokens count. */
  readonly issuer: string
  /** Our resource identifier. */
  readonly resource: string
  /** What the sender showed beside the token; absent: nothing. */
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

/** The first problem, or `undefined`: the token is good, and meant for us. */
export function findProblem (claims: TokenClaims, context: ClaimContext): InvalidTokenProblem | undefined {
  for (const [, check] of CLAIM_CHECKS) {
    const problem = check(claims, context)
    if (problem !== undefined) return problem
  }
  return undefined
}
