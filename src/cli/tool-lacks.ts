// What every call of the configured tools lacks with one grant: the same answer for `doctor` and for `explain`.

import type { VerifiedGrant } from '../auth/grant.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type { RegisteredTool } from '../mcp/registered-tool.ts'
import { lackForEveryCall, type Lack } from '../policy/any-call.ts'
import type { PolicyOptions } from '../policy/policy-options.ts'

export function policyOptionsOf ({ resource, policy }: Pick<GatewayConfig, 'resource' | 'policy'>): PolicyOptions {
  const { authorizationDetailsWhenAbsent: whenAbsent, unrelatedDetailsTypes: unrelatedTypes, scopeImplications } = policy
  return { resource: resource.identifier, whenAbsent, unrelatedTypes, scopeImplications }
}

/** For each tool that needs something of a grant; `undefined` where a call may be allowed. */
export function lacksOf (
  tools: readonly RegisteredTool[], grant: VerifiedGrant, now: EpochMilliseconds, options: PolicyOptions
): ReadonlyArray<Lack | undefined> {
  return tools
    .filter(({ access }) => access.scopes.length > 0 || access.authentication !== undefined || access.details !== undefined)
    .map(({ access: { scopes, authentication, details } }) =>
      lackForEveryCall(grant, { scopes, authentication, detailsType: details?.type.type }, now, options))
}
