// May this grant do this? Scope, then authentication level, then authorization details, then freshness: the cheap
// and general before the particular, and a live answer is asked for only when everything else suffices. It does not
// know any tool, and trusts that the grant was verified: see auth/.

import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import { authenticationSuffices } from './authentication-level.ts'
import { judgeDetails, type DetailsJudgement } from './authorization-details/judgement.ts'
import type { Decision } from './decision.ts'
import type { Denial } from './denial.ts'
import { isLive } from './freshness.ts'
import { permit } from './permit.ts'
import type { Requirement } from './requirement.ts'
import { missingScopes, type ScopeImplications } from './scope.ts'

export interface PolicyOptions {
  /** The configured resource identifier: what `locations` is compared with, byte for byte. */
  readonly resource: string
  /** What a token without `authorization_details` may do where details are asked for. */
  readonly whenAbsent: 'allow' | 'deny'
  /** Default: no scope implies another. */
  readonly scopeImplications?: ScopeImplications
}

/** When a request is decided. */
export interface Moment {
  readonly now: EpochMilliseconds
  /** When the request arrived, on the clock that never jumps: a grant asked for before that is not a live answer. */
  readonly receivedAtMonotonicMs: number
}

export interface Policy {
  /** Never throws: a check that fails is a denial. */
  readonly decide: (grant: VerifiedGrant, requirement: Requirement, moment: Moment) => Decision
}

const NEEDS_FRESH: Decision = { kind: 'needs-fresh' }
const UNRESTRICTED: DetailsJudgement = { kind: 'unrestricted' }

export function createPolicy ({ resource, whenAbsent, scopeImplications = {} }: PolicyOptions): Policy {
  function decide (grant: VerifiedGrant, requirement: Requirement, { now, receivedAtMonotonicMs }: Moment): Decision {
    try {
      if (missingScopes(grant.scopes, requirement.scopes, scopeImplications).length > 0) {
        return denied({ kind: 'insufficient-scope', scopes: requirement.scopes })
      }
      const { authentication } = requirement
      if (authentication !== undefined && !authenticationSuffices(grant, authentication, now)) {
        return denied({
          kind: 'insufficient-authentication',
          acrValues: authentication.acrValues,
          maxAgeSeconds: authentication.maxAgeSeconds
        })
      }
      const details = requirement.details === undefined
        ? UNRESTRICTED
        : judgeDetails(grant.authorizationDetails, requirement.details, { now, resource }, whenAbsent)
      if (details.kind === 'insufficient') {
        return denied({
          kind: 'insufficient-authorization',
          problem: details.problem,
          member: details.member,
          remedy: details.remedy,
          scopes: requirement.scopes
        })
      }
      if (requirement.freshness === 'fresh' && !isLive(grant, receivedAtMonotonicMs)) return NEEDS_FRESH
      return {
        kind: 'permit',
        permit: permit({ tool: requirement.tool, person: grant.person, clientId: grant.clientId, details: details.kind === 'sufficient' ? details.elements : 'unrestricted' })
      }
    } catch (cause) {
      return { kind: 'denial', denial: { kind: 'undecidable' }, fault: new GatewayError('GW_INTERNAL', `${requirement.tool}: a check of the policy failed`, { cause }) }
    }
  }
  return { decide }
}

function denied (denial: Denial): Decision {
  return { kind: 'denial', denial }
}
