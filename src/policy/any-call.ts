// Whether a grant allows any call of a tool, whatever its arguments: for `doctor` and `explain`, which must not call a token good with
// which every call is refused. It decides nothing about a call; decide.ts does, with the same functions.

import type { VerifiedGrant } from '../auth/grant.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import { authenticationSuffices } from './authentication-level.ts'
import { judgeDetails } from './authorization-details/judgement.ts'
import type { PolicyOptions } from './policy-options.ts'
import type { AuthenticationRequirement } from './requirement.ts'
import { missingScopes } from './scope.ts'

/** What calls of one tool need, as far as it does not depend on their arguments. */
export interface ToolNeeds {
  readonly scopes: readonly string[]
  readonly authentication: AuthenticationRequirement | undefined
  /** Of `authorization_details`; absent: calls need none. */
  readonly detailsType: string | undefined
}

/** The first check, in the order of decide(), that every call fails. */
export type Lack = 'scope' | 'authentication-level' | 'authorization-details'

/**
 * @returns `undefined` when a call may be allowed. Then the arguments decide, since a limit may still be too low for each of them.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2
 */
export function lackForEveryCall (
  grant: VerifiedGrant, { scopes, authentication, detailsType }: ToolNeeds, now: EpochMilliseconds, options: PolicyOptions
): Lack | undefined {
  if (missingScopes(grant.scopes, scopes, options.scopeImplications ?? {}).length > 0) return 'scope'
  if (authentication !== undefined && !authenticationSuffices(grant, authentication, now)) return 'authentication-level'
  if (detailsType === undefined) return undefined
  // As if each readable element allowed some call.
  const anyCall = { type: detailsType, judge: () => ({ kind: 'sufficient' } as const), smallest: () => ({ type: detailsType }) }
  const judgement = judgeDetails(grant.authorizationDetails, anyCall, { now, resource: options.resource }, options)
  return judgement.kind === 'insufficient' ? 'authorization-details' : undefined
}
