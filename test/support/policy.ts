// Grants and decisions for tests of policy/, with a clock that stands still.

import type { VerifiedGrant } from '../../src/auth/grant.ts'
import { verifiedGrant } from '../../src/auth/grant.ts'
import { epochMilliseconds, epochSeconds, type EpochSeconds } from '../../src/kernel/units.ts'
import type { Decision } from '../../src/policy/decision.ts'
import type { Denial } from '../../src/policy/denial.ts'
import type { Permit } from '../../src/policy/permit.ts'
import { createPolicy, type Policy } from '../../src/policy/policy.ts'
import type { PolicyOptions } from '../../src/policy/policy-options.ts'
import type { Requirement } from '../../src/policy/requirement.ts'

export const RESOURCE = 'http://localhost:3443/mcp'
export const NOW = epochMilliseconds(Date.UTC(2026, 10, 21, 12, 0, 0))
export const NOW_SECONDS = epochSeconds(NOW / 1000)

export interface GrantOverrides {
  readonly subject?: string
  readonly clientId?: string
  readonly scopes?: readonly string[]
  readonly authorizationDetails?: unknown
  readonly authenticatedAt?: EpochSeconds
  readonly authenticationContext?: string
  readonly askedAtMs?: number
}

export function grantWith (overrides: GrantOverrides = {}): VerifiedGrant {
  const { subject = '1004', clientId = 'client-1', scopes = ['mcp:tickets:write'], askedAtMs = NOW } = overrides
  const person = { issuer: 'http://localhost:9000', subject }
  return verifiedGrant({
    person,
    claims: {
      issuer: person.issuer,
      subject,
      clientId,
      audience: [RESOURCE],
      scopes: new Set(scopes),
      expiresAt: epochSeconds(NOW_SECONDS + 600),
      notBefore: undefined,
      authenticatedAt: overrides.authenticatedAt,
      authenticationContext: overrides.authenticationContext,
      confirmation: undefined,
      authorizationDetails: overrides.authorizationDetails
    },
    askedAt: epochMilliseconds(askedAtMs),
    askedAtMonotonicMs: askedAtMs,
    tokenFingerprint: 'fingerprint'
  })
}

export function policyWith (options: Partial<PolicyOptions> = {}): Policy {
  return createPolicy({ resource: RESOURCE, whenAbsent: 'deny', ...options })
}

export function needing (needs: Partial<Requirement> = {}): Requirement {
  return {
    tool: 'reserve_ticket',
    scopes: ['mcp:tickets:write'],
    authentication: undefined,
    details: undefined,
    freshness: 'cached',
    ...needs
  }
}

export const AT_NOW = { now: NOW, receivedAtMonotonicMs: NOW }

export function deniedBy (decision: Decision): Denial | undefined {
  return decision.kind === 'denial' ? decision.denial : undefined
}

export function permittedBy (decision: Decision): Permit | undefined {
  return decision.kind === 'permit' ? decision.permit : undefined
}
