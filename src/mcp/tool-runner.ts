// Runs a tool: arguments are parsed, the call is authorized, and only a Permit starts the tool. An exception before the permit never
// runs the tool; an exception of the tool is a fault with a stable code.

import { GatewayError } from '../kernel/fault.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { Authorize, Caller, Refusal } from './call-authorization.ts'
import { mayChange } from './coming-change.ts'
import { TokenNoLongerGood } from './delegated-call.ts'
import type { RegisteredTool } from './registered-tool.ts'
import type { ToolCall } from './tool.ts'
import type { ToolOutcome } from './tool-outcome.ts'
import type { ValueIssue } from './value-schema.ts'

export type RunResult =
  | ToolOutcome
  | Refusal
  | { readonly kind: 'invalid-arguments', readonly text: string }
  /** An outage or a defect on the way: 503 or 500. */
  | { readonly kind: 'failure', readonly fault: GatewayError }

/** Never throws. Writes to the record of the caller what was decided, and the permit of a tool that runs. */
export async function runTool (
  tool: RegisteredTool, args: unknown, caller: Caller, authorize: Authorize, call: ToolCall
): Promise<RunResult> {
  try {
    const input = tool.input.parse(args ?? {})
    const authorizing = authorize(tool, input, caller, args)
    const authorization = authorizing instanceof Promise ? await authorizing : authorizing
    if (authorization.kind !== 'permit') return authorization
    if (!input.ok) return { kind: 'invalid-arguments', text: describeIssues(input.error) }
    const { permit } = authorization
    const { record, beforeChange } = caller
    if (beforeChange !== undefined && mayChange(tool.annotations)) {
      beforeChange({ permit, tokenHash: caller.grant.tokenFingerprint })
    }
    record.permit = permit
    record.notes?.step('tool-started')
    const outcome = checkOutcome(tool, await tool.run(permit, input.value, call))
    record.notes?.step(outcome.kind === 'relayed' ? 'upstream-answered' : 'tool-ended')
    if (outcome.kind === 'completed' && outcome.used !== undefined) record.notes?.used(outcome.used)
    return outcome
  } catch (error) {
    if (error instanceof TokenNoLongerGood) return { kind: 'rejection', rejection: error.rejection, scopes: tool.access.scopes }
    return { kind: 'failure', fault: asFault(error) }
  }
}

/** A tool may be written in JavaScript, where no compiler checks what it returns. */
function checkOutcome ({ name }: RegisteredTool, outcome: unknown): ToolOutcome {
  if (isJsonObject(outcome) && OUTCOMES.has(outcome['kind'])) return outcome as unknown as ToolOutcome
  throw new GatewayError('GW_TOOL_FAILED', `${name}: run() answered something that is no outcome`)
}

const OUTCOMES: ReadonlySet<unknown> = new Set<ToolOutcome['kind']>(['completed', 'failed', 'denied', 'relayed'])

function asFault (error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('GW_TOOL_FAILED', 'an exception that no check foresaw', { cause: error })
}

const MAX_ISSUES = 10
/** The names of members inside an argument are the client's. */
const MAX_PATH_CHARACTERS = 200

/** Says which argument is wrong and why, never its value. */
export function describeIssues (issues: readonly ValueIssue[]): string {
  const lines = issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
    return `${path.length === 0 ? 'arguments' : path.map(String).join('.').slice(0, MAX_PATH_CHARACTERS)}: ${message}`
  })
  return `Invalid arguments: ${lines.join('; ')}`
}
