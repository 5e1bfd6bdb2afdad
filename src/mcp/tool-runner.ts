// May this tool run with these arguments, and what comes of it? Arguments are parsed, the decision is made, a live
// inquiry is asked for at most once, and only a Permit starts the tool. An exception on the way to the decision denies.

import type { Authentication } from '../auth/authentication.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError, StorageUnavailable } from '../kernel/fault.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type { DetailsRequirement } from '../policy/authorization-details/requirement.ts'
import type { Decision } from '../policy/decision.ts'
import type { Rejection } from '../auth/rejection.ts'
import type { Requirement } from '../policy/requirement.ts'
import type { Tool, ToolCall, ToolOutcome } from './tool.ts'

/** policy's decide(), with everything that configuration says already bound. */
export type Decide = (grant: VerifiedGrant, requirement: Requirement, receivedAt: EpochMilliseconds) => Decision

export interface Caller {
  readonly grant: VerifiedGrant
  readonly receivedAt: EpochMilliseconds
  /** Asks the authorization server now, whatever the cache holds. */
  readonly reauthenticate: () => Promise<Authentication>
}

export type RunResult =
  | ToolOutcome
  | { readonly kind: 'invalid-arguments', readonly text: string }
  | { readonly kind: 'rejected', readonly rejection: Rejection }
  /** The tool could not say what this call needs: a denial, with the fault for the operator. */
  | { readonly kind: 'undecided', readonly fault: GatewayError }
  | { readonly kind: 'fault', readonly fault: GatewayError }

/** Never throws. */
export async function runTool (tool: Tool, args: unknown, caller: Caller, decide: Decide, call: ToolCall): Promise<RunResult> {
  try {
    const input = tool.input.safeParse(args ?? {})
    // Without usable arguments nothing is at stake but the scope: a token that lacks it learns nothing more.
    const details = input.success ? tool.access.details : undefined
    const freshness = input.success ? tool.access.freshness ?? 'cached' : 'cached'
    const needed = details === undefined ? undefined : await detailsOf(details, input.data, caller.grant)
    if (needed instanceof GatewayError) return { kind: 'undecided', fault: needed }
    const { scopes, authentication } = tool.access
    const requirement: Requirement = { tool: tool.name, scopes, authentication, details: needed, freshness }

    let decision = decide(caller.grant, requirement, caller.receivedAt)
    if (decision.kind === 'needs-fresh') {
      const live = await caller.reauthenticate()
      if (!live.ok) return { kind: 'rejected', rejection: live.error }
      decision = decide(live.value, requirement, caller.receivedAt)
    }
    switch (decision.kind) {
      case 'needs-fresh': return { kind: 'denied', denial: { kind: 'undecidable' } }
      case 'denial': return { kind: 'denied', denial: decision.denial }
      case 'permit': break
    }
    if (!input.success) return { kind: 'invalid-arguments', text: describeIssues(input.error.issues) }

    return await tool.run(decision.permit, input.data as never, call)
  } catch (error) {
    return { kind: 'fault', fault: asFault(error) }
  }
}

/** @returns the fault when the tool's own declaration failed: nothing can be decided then */
async function detailsOf (details: NonNullable<Tool['access']['details']>, input: unknown, grant: VerifiedGrant): Promise<DetailsRequirement | GatewayError> {
  try {
    return await details(input as never, { person: grant.person })
  } catch (error) {
    // A storage that cannot say the price is an outage, not a denial; everything else is fail closed.
    if (error instanceof StorageUnavailable) throw error
    return error instanceof GatewayError ? error : new GatewayError('GW_TOOL_FAILED', 'access.details failed', { cause: error })
  }
}

function asFault (error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('GW_TOOL_FAILED', 'an exception that no check foresaw', { cause: error })
}

interface Issue { readonly path: readonly PropertyKey[], readonly message: string }

/** Says which argument is wrong and why, never its value. */
function describeIssues (issues: readonly Issue[]): string {
  const lines = issues.slice(0, 10).map(({ path, message }) => `${path.length === 0 ? 'arguments' : path.map(String).join('.')}: ${message}`)
  return `Invalid arguments: ${lines.join('; ')}`
}

export function isArgumentsObject (args: unknown): boolean {
  return args === undefined || isJsonObject(args)
}
