// Authorizes one call of a tool: a permit, or why the tool does not run. Up to three decisions: without the details, with them, and on a
// live grant. The first exists because `access.details` may look up data, which a caller without the scope must not cause.

import type { Authentication } from '../auth/authentication.ts'
import type { Delegated, DelegationTarget } from '../auth/delegation/delegation-target.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import type { Rejection } from '../auth/rejection.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError, StorageUnavailable } from '../kernel/fault.ts'
import type { Result } from '../kernel/result.ts'
import type { DetailsRequirement } from '../policy/authorization-details/details-requirement.ts'
import type { Decision } from '../policy/decision.ts'
import type { Policy } from '../policy/policy.ts'
import type { Requirement } from '../policy/requirement.ts'
import type { LookAgain } from './agreement-wait.ts'
import type { BeforeChange } from './coming-change.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { RegisteredDetails, RegisteredTool } from './registered-tool.ts'

export interface Caller {
  readonly grant: VerifiedGrant
  readonly receivedAtMonotonicMs: number
  /** Asks the authorization server now, even if the cache has an answer. */
  readonly reauthenticate: () => Promise<Authentication>
  /**
   * Obtains a token for another server in exchange for that of this request, which itself never leaves auth/.
   * @param grant the one on which the call was permitted
   */
  readonly delegate: (target: DelegationTarget, grant: VerifiedGrant) => Delegated | Promise<Delegated>
  /** Called before a tool runs that may change something; when it throws, the tool does not run. */
  readonly beforeChange?: BeforeChange | undefined
  readonly record: DecisionRecord
}

/** Why a tool does not run: the decision of the policy, or a token that a live answer found to be no longer good. */
export type Refusal =
  | Extract<Decision, { kind: 'denial' | 'fault' }>
  /** `scopes`: every scope the operation needs. */
  | { readonly kind: 'rejection', readonly rejection: Rejection, readonly scopes: readonly string[] }

export type Authorization = Extract<Decision, { kind: 'permit' }> | Refusal

/**
 * `input`: the arguments as the tool's schema parsed them; `args`: as the client sent them.
 * A promise only where a tool looks up its details or demands a live grant:
 * docs/performance.md#promises-per-layer.
 * @throws StorageUnavailable, AuthorizationServerUnavailable (or as a rejected promise): an outage is no denial
 */
export type Authorize = (
  tool: RegisteredTool, input: Result<unknown, unknown>, caller: Caller, args?: unknown
) => Authorization | Promise<Authorization>

export function createAuthorize (policy: Policy, clock: Clock): Authorize {
  function decide (grant: VerifiedGrant, requirement: Requirement, { record, receivedAtMonotonicMs }: Caller): Decision {
    record.grant = grant
    record.requirement = requirement
    return policy.decide(grant, requirement, { now: clock.now(), receivedAtMonotonicMs })
  }

  function decideFresh (requirement: Requirement, caller: Caller): Authorization | Promise<Authorization> {
    const decision = decide(caller.grant, requirement, caller)
    return decision.kind === 'needs-fresh' ? decideOnLiveGrant(requirement, caller) : decision
  }

  async function decideOnLiveGrant (requirement: Requirement, caller: Caller): Promise<Authorization> {
    caller.record.notes?.step('asks-again')
    const live = await caller.reauthenticate()
    if (!live.ok) return { kind: 'rejection', rejection: live.error, scopes: requirement.scopes }
    return withoutNeedsFresh(decide(live.value, requirement, caller), requirement)
  }

  function decideWithDetails (
    tool: RegisteredTool, needed: DetailsRequirement | GatewayError, caller: Caller
  ): Authorization | Promise<Authorization> {
    if (!(needed instanceof GatewayError)) return decideFresh(requirementOf(tool, needed), caller)
    caller.record.requirement = undefined
    return { kind: 'fault', fault: needed }
  }

  return (tool, input, caller) => {
    const { details } = tool.access
    if (input.ok && details === undefined) return decideFresh(requirementOf(tool, undefined), caller)
    const general = requirementOf(tool, undefined, 'cached')
    const decision = withoutNeedsFresh(decide(caller.grant, general, caller), general)
    // A call with invalid arguments never runs, so nothing more is decided about it.
    if (decision.kind !== 'permit' || !input.ok || details === undefined) return decision
    const needed = detailsOf(details, input.value, caller.grant)
    return needed instanceof Promise
      ? needed.then(found => decideWithDetails(tool, found, caller))
      : decideWithDetails(tool, needed, caller)
  }
}

/**
 * The authorization server is asked first: a person may have agreed to more since the last answer about the token.
 * @param lookAgain whether a denial for want of details is to be decided once more; absent: it is not
 */
export function onLiveGrant (authorize: Authorize, lookAgain: LookAgain | undefined): Authorize {
  return async (tool, input, caller, args) => {
    for (;;) {
      caller.record.notes?.step('asks-again')
      const live = await caller.reauthenticate()
      if (!live.ok) return { kind: 'rejection', rejection: live.error, scopes: tool.access.scopes }
      const decision = await authorize(tool, input, { ...caller, grant: live.value }, args)
      const lacksDetails = decision.kind === 'denial' && decision.denial.kind === 'insufficient-authorization'
      if (!lacksDetails || lookAgain === undefined || !await lookAgain()) return decision
    }
  }
}

function requirementOf (
  { name, access: { scopes, authentication, freshness } }: RegisteredTool, details: DetailsRequirement | undefined,
  demanded: Requirement['freshness'] = freshness
): Requirement {
  return { tool: name, scopes, authentication, details, freshness: demanded }
}

function withoutNeedsFresh (decision: Decision, { tool }: Requirement): Authorization {
  if (decision.kind !== 'needs-fresh') return decision
  return { kind: 'fault', fault: new GatewayError('GW_INTERNAL', `${tool}: a live answer that is older than the request`) }
}

/** @returns the fault when the tool's own declaration failed: nothing can be decided then */
export function detailsOf (
  details: RegisteredDetails, input: unknown, grant: VerifiedGrant
): DetailsRequirement | GatewayError | Promise<DetailsRequirement | GatewayError> {
  try {
    const needed = details.requirementOf(input, { person: grant.person })
    return needed instanceof Promise ? needed.catch(declarationFault) : needed
  } catch (error) {
    return declarationFault(error)
  }
}

/** A storage that cannot say the price is an outage, not a denial; any other exception refuses the call. */
function declarationFault (error: unknown): GatewayError {
  if (error instanceof StorageUnavailable) throw error
  return error instanceof GatewayError ? error : new GatewayError('GW_TOOL_FAILED', 'access.details failed', { cause: error })
}
