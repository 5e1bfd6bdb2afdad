// May this tool run with these arguments, and what comes of it? Arguments are parsed, the decision is made, a live
// inquiry is asked for at most once, and only a Permit starts the tool. An exception on the way to the decision denies.

import type { Authentication } from '../auth/authentication.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError, StorageUnavailable } from '../kernel/fault.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { DetailsRequirement } from '../policy/authorization-details/details-requirement.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Decision } from '../policy/decision.ts'
import type { Policy } from '../policy/policy.ts'
import type { Rejection } from '../auth/rejection.ts'
import type { Permit } from '../policy/permit.ts'
import type { Requirement } from '../policy/requirement.ts'
import { mayChange, type BeforeChange } from './decision-event.ts'
import type { RegisteredDetails, RegisteredTool } from './registered-tool.ts'
import type { ToolCall } from './tool.ts'
import type { ToolOutcome } from './tool-outcome.ts'
import type { ValueIssue } from './value-schema.ts'

export interface Caller {
  readonly grant: VerifiedGrant
  readonly receivedAtMonotonicMs: number
  /** Asks the authorization server now, whatever the cache holds. */
  readonly reauthenticate: () => Promise<Authentication>
  /** Told before a tool runs that may change something; when it throws, the tool does not run. */
  readonly beforeChange?: BeforeChange | undefined
}

export type RunResult =
  | ToolOutcome
  | { readonly kind: 'invalid-arguments', readonly text: string }
  | { readonly kind: 'rejected', readonly rejection: Rejection }
  /** What this call needs cannot be said, or not judged: a denial, with the fault for the operator. */
  | { readonly kind: 'undecided', readonly fault: GatewayError }
  | { readonly kind: 'fault', readonly fault: GatewayError }

/** What was decided last, and about whom, so that it can be explained afterwards. */
export interface Decided {
  readonly grant: VerifiedGrant
  readonly requirement: Requirement
}

export interface Run {
  readonly result: RunResult
  /** Absent when nothing could be decided. */
  readonly decided: Decided | undefined
  /** Present when the tool was allowed to run. */
  readonly permit?: Permit | undefined
}

/** Never throws. */
export async function runTool (
  tool: RegisteredTool, args: unknown, caller: Caller, policy: Policy, clock: Clock, call: ToolCall
): Promise<Run> {
  const decide = (grant: VerifiedGrant, requirement: Requirement, receivedAtMonotonicMs: number) => {
    return policy.decide(grant, requirement, { now: clock.now(), receivedAtMonotonicMs })
  }
  let decided: Decided | undefined
  let permit: Permit | undefined
  try {
    const input = tool.input.parse(args ?? {})
    // Without usable arguments nothing is at stake but the scope: a token that lacks it learns nothing more.
    const { scopes, authentication } = tool.access
    const details = input.ok ? tool.access.details : undefined
    const parsed = input.ok ? input.value : undefined
    const freshness = input.ok ? tool.access.freshness : 'cached'
    let requirement: Requirement = { tool: tool.name, scopes, authentication, details: undefined, freshness: details === undefined ? freshness : 'cached' }
    if (details !== undefined) {
      // What the arguments lead to is looked up for those alone whose scope suffices.
      const general = decide(caller.grant, requirement, caller.receivedAtMonotonicMs)
      decided = { grant: caller.grant, requirement }
      if (general.kind === 'denial' || general.kind === 'fault') return { result: refusal(general), decided }
      const finding = detailsOf(details, parsed, caller.grant)
      // Most declarations know it at once, and a wait would cost more than they do.
      const needed = finding instanceof Promise ? await finding : finding
      if (needed instanceof GatewayError) return { result: { kind: 'undecided', fault: needed }, decided: undefined }
      requirement = { tool: tool.name, scopes, authentication, details: needed, freshness }
    }

    decided = { grant: caller.grant, requirement }
    let decision = decide(caller.grant, requirement, caller.receivedAtMonotonicMs)
    if (decision.kind === 'needs-fresh') {
      const live = await caller.reauthenticate()
      if (!live.ok) return { result: { kind: 'rejected', rejection: live.error }, decided }
      decided = { grant: live.value, requirement }
      decision = decide(live.value, requirement, caller.receivedAtMonotonicMs)
    }
    switch (decision.kind) {
      case 'needs-fresh': return { result: { kind: 'undecided', fault: new GatewayError('GW_INTERNAL', `${tool.name}: a live answer that is older than the request`) }, decided }
      case 'denial':
      case 'fault': return { result: refusal(decision), decided }
      case 'permit': break
    }
    if (!input.ok) return { result: { kind: 'invalid-arguments', text: describeIssues(input.error) }, decided }

    if (caller.beforeChange !== undefined && mayChange(tool.annotations)) {
      caller.beforeChange({ permit: decision.permit, tokenHash: decided.grant.tokenFingerprint })
    }
    permit = decision.permit
    return { result: checkOutcome(tool, await tool.run(permit, parsed, call)), decided, permit }
  } catch (error) {
    return { result: { kind: 'fault', fault: asFault(error) }, decided, permit }
  }
}

function refusal (decision: Extract<Decision, { kind: 'denial' | 'fault' }>): RunResult {
  return decision.kind === 'denial' ? { kind: 'denied', denial: decision.denial } : { kind: 'undecided', fault: decision.fault }
}

/** @returns the fault when the tool's own declaration failed: nothing can be decided then */
export function detailsOf (details: RegisteredDetails, input: unknown, grant: VerifiedGrant): DetailsRequirement | GatewayError | Promise<DetailsRequirement | GatewayError> {
  try {
    const needed = details.requirementOf(input, { person: grant.person })
    return needed instanceof Promise ? needed.catch(undecidable) : needed
  } catch (error) {
    return undecidable(error)
  }
}

/** A storage that cannot say the price is an outage, not a denial; everything else is fail closed. */
function undecidable (error: unknown): GatewayError {
  if (error instanceof StorageUnavailable) throw error
  return error instanceof GatewayError ? error : new GatewayError('GW_TOOL_FAILED', 'access.details failed', { cause: error })
}

/** A tool may be written in JavaScript, where nothing else looks at what it answers. */
function checkOutcome ({ name }: RegisteredTool, outcome: unknown): ToolOutcome {
  if (isJsonObject(outcome) && OUTCOMES.has(outcome['kind'])) return outcome as unknown as ToolOutcome
  throw new GatewayError('GW_TOOL_FAILED', `${name}: run() answered something that is no outcome`)
}

const OUTCOMES: ReadonlySet<unknown> = new Set<ToolOutcome['kind']>(['completed', 'failed', 'denied', 'relayed'])

function asFault (error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('GW_TOOL_FAILED', 'an exception that no check foresaw', { cause: error })
}

/** Says which argument is wrong and why, never its value. */
export function describeIssues (issues: readonly ValueIssue[]): string {
  const lines = issues.slice(0, 10).map(({ path, message }) => `${path.length === 0 ? 'arguments' : path.map(String).join('.')}: ${message}`)
  return `Invalid arguments: ${lines.join('; ')}`
}

export function isArgumentsObject (args: unknown): boolean {
  return args === undefined || isJsonObject(args)
}
