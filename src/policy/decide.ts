// Decides whether a verified grant allows one call. The order is scope, authentication level, authorization details, freshness: a
// live answer costs a request to the authorization server, so it is demanded only when every other check has passed.

import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError } from '../kernel/fault.ts'
import { authenticationSuffices } from './authentication-level.ts'
import { judgeDetails, type DetailsJudgement } from './authorization-details/judgement.ts'
import type { Decision } from './decision.ts'
import type { Denial } from './denial.ts'
import { isLive } from './freshness.ts'
import { permit } from './permit.ts'
import type { Moment, PolicyOptions } from './policy-options.ts'
import type { Requirement } from './requirement.ts'
import { missingScopes } from './scope.ts'

const NEEDS_FRESH: Decision = { kind: 'needs-fresh' }
const UNRESTRICTED: DetailsJudgement = { kind: 'unrestricted' }

/** Never throws: a check that fails is a `fault`. */
export function decide (grant: VerifiedGrant, requirement: Requirement, moment: Moment, options: PolicyOptions): Decision {
  try {
    return checkInOrder(grant, requirement, moment, options)
  } catch (cause) {
    return { kind: 'fault', fault: new GatewayError('GW_INTERNAL', `${requirement.tool}: a check of the policy failed`, { cause }) }
  }
}

function checkInOrder (
  grant: VerifiedGrant, requirement: Requirement, { now, receivedAtMonotonicMs }: Moment, options: PolicyOptions
): Decision {
  const { tool, scopes, authentication } = requirement
  const { resource, scopeImplications = {} } = options
  if (missingScopes(grant.scopes, scopes, scopeImplications).length > 0) return denied({ kind: 'insufficient-scope', scopes })
  if (authentication !== undefined && !authenticationSuffices(grant, authentication, now)) {
    const { acrValues, maxAgeSeconds } = authentication
    return denied({ kind: 'insufficient-authentication', acrValues, maxAgeSeconds })
  }
  const details = requirement.details === undefined
    ? UNRESTRICTED
    : judgeDetails(grant.authorizationDetails, requirement.details, { now, resource }, options)
  if (details.kind === 'insufficient') {
    const { problem, member, remedy } = details
    return denied({ kind: 'insufficient-authorization', problem, member, remedy, scopes })
  }
  if (requirement.freshness === 'fresh' && !isLive(grant, receivedAtMonotonicMs)) return NEEDS_FRESH
  const { person, clientId } = grant
  const elements = details.kind === 'sufficient' ? details.elements : 'unrestricted'
  return { kind: 'permit', permit: permit({ tool, person, clientId, details: elements }) }
}

function denied (denial: Denial): Decision {
  return { kind: 'denial', denial }
}
