// A tool as a developer declares it: what it takes, what it needs and what it does. Lists, challenges, metadata, pages and
// enforcement come from this one object. Nothing is checked here: a declaration is checked when it is registered.

import type { DelegatedToken } from '../auth/delegation/delegated-token.ts'
import type { DelegationProblem, DelegationTarget } from '../auth/delegation/delegation-target.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Result } from '../kernel/result.ts'
import type { Wording } from '../policy/authorization-details/wording.ts'
import type { DetailsType } from '../policy/authorization-details/details-type.ts'
import type { Permit } from '../policy/permit.ts'
import type { AuthenticationRequirement } from '../policy/requirement.ts'
import type { Person } from '../kernel/person.ts'
import type { ExplainQuestion, TokenExplanation } from './explain/explanation.ts'
import type { CheckedValue, ObjectSchema, UncheckedValue } from './standard-schema.ts'
import type { PlainOperation } from './plain-operation.ts'
import type { ToolOutcome } from './tool-outcome.ts'

/** @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/** What a tool may know of the caller before it is decided whether the call is allowed. */
export interface AccessContext {
  readonly person: Person
}

/** What is left of one total over several calls, for an explanation. */
export interface TotalLeft {
  /** A few words. */
  readonly title: Wording
  /** In minor units of `currency`, or a number of calls. */
  readonly remaining: number
  /** ISO 4217. */
  readonly currency?: string
  /** RFC 3339 UTC, when the total begins again; absent: never. */
  readonly until?: string
}

/** Whose totals they are: two clients of one person have two budgets. */
interface TotalsOwner {
  readonly person: Person
  readonly clientId: string | undefined
}

/**
 * The authorization details that a call needs: the type that is published is the type that is enforced.
 * @example details: { type: payment, call: ({ amount }) => ({ amount }) }
 */
export interface CallDetails<Input, Call> {
  /** Made by `defineDetailsType`. */
  readonly type: DetailsType<Call>
  /** The values of this call that the limits of `type` are compared with. An exception here is a denial. */
  readonly call: (input: Input, context: AccessContext) => NoInfer<Call> | Promise<NoInfer<Call>>
  /** What is left of the totals of one element of the token. Absent: the type has none, or the tool does not say. */
  readonly left?: (element: JsonObject, owner: TotalsOwner) => Promise<readonly TotalLeft[]>
}

interface GeneralAccess {
  /** All of them are needed (RFC 6749 §3.3 scope-token); may depend on nothing but the tool. */
  readonly scopes: readonly string[]
  readonly authentication?: AuthenticationRequirement
  /** `fresh` asks the authorization server again for every call: for what cannot be taken back. Default `cached`. */
  readonly freshness?: 'cached' | 'fresh'
}

export interface ToolAccess<Input, Call = unknown> extends GeneralAccess {
  readonly details?: CallDetails<Input, Call>
}

interface UntypedAccess extends GeneralAccess {
  readonly details?: {
    readonly type: DetailsType<never>
    readonly call: (input: never, context: AccessContext) => unknown
    readonly left?: (element: JsonObject, owner: TotalsOwner) => Promise<readonly TotalLeft[]>
  }
}

export interface ToolCall {
  /** Aborted when the caller goes away, or the time that configuration gives a tool is over. Made only when read. */
  readonly signal: AbortSignal
  /**
   * Tells the caller how far the work has come; turns the answer into a stream. Does nothing for a caller that gave
   * no `progressToken` or accepts no stream.
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress
   */
  readonly progress: (progress: number, total?: number, message?: string) => void
  /**
   * What the caller's own token allows here, check by check. `undefined` for a tool that it may not see, or that does
   * not exist. Runs nothing and spends nothing.
   */
  readonly explain: (question: ExplainQuestion) => Promise<TokenExplanation | undefined>
  /**
   * A token for another server, obtained on behalf of the caller (RFC 8693). Rejects only when the caller's own token has turned out to be
   * no longer good; let that pass, and the caller gets 401 with the challenge. The gateway always gives it; a test of a tool need not.
   */
  readonly delegate?: (target: DelegationTarget) => DelegatedFor | Promise<DelegatedFor>
}

type DelegatedFor = Result<DelegatedToken, Exclude<DelegationProblem, { readonly kind: 'rejected' }>>

interface ToolWords {
  /** 1 to 128 letters, digits, `_`, `-`, `.`; unique in the registry. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations?: ToolAnnotations
  /**
   * `refuse`, the default: `input` must refuse an argument that it does not declare (`z.strictObject`,
   * `additionalProperties: false`), or the tool is not registered. `accept`: what `input` does with one is wanted.
   */
  readonly unknownArguments?: 'refuse' | 'accept'
}

/** A declared tool without its types, as the registry takes it. */
export interface Tool extends ToolWords {
  readonly input: ObjectSchema
  readonly output?: ObjectSchema | undefined
  readonly access: UntypedAccess
  /** The same tool over plain HTTP; absent: over MCP alone. */
  readonly http?: PlainOperation | undefined
  /** For the policy page: what becomes of tokens and of data about people. */
  readonly policyStatements?: readonly Wording[]
  readonly run: (permit: Permit, input: never, call: ToolCall) => Promise<ToolOutcome>
}

export interface ToolDefinition<Input extends ObjectSchema, Output extends ObjectSchema | undefined, Call = unknown> extends ToolWords {
  /** A schema of an object: zod, any other Standard Schema with its JSON Schema, or a plain JSON Schema. */
  readonly input: Input
  /** Absent: the tool has only text. Published, and the type of `structured`; results are not checked against it. */
  readonly output?: Output
  readonly access: ToolAccess<CheckedValue<Input>, Call>
  readonly run: (permit: Permit, input: CheckedValue<Input>, call: ToolCall) => Promise<ToolOutcome<ReturnedValue<Output>>>
}

type ReturnedValue<Output> = Output extends ObjectSchema ? UncheckedValue<Output> : undefined

/** Declares a tool; the types of `input` reach `access.details` and `run`, that of `output` what `run` returns. */
export function defineTool<Input extends ObjectSchema, Output extends ObjectSchema | undefined = undefined, const Call = unknown> (
  definition: ToolDefinition<Input, Output, Call>
): Tool {
  return definition
}
