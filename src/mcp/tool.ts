// What is a tool? One object that says what it takes, what it needs and what it does. Lists, challenges, metadata,
// pages and enforcement all come from it. What it does not check: the permit in its hand, which decide() made.

import type { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import type { DetailsRequirement } from '../policy/authorization-details/requirement.ts'
import type { Denial } from '../policy/denial.ts'
import type { Permit } from '../policy/permit.ts'
import type { AuthenticationRequirement } from '../policy/requirement.ts'
import type { Person } from '../kernel/person.ts'

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

export interface ToolAccess<Input> {
  /** All of them are needed; may depend on nothing but the tool. */
  readonly scopes: readonly string[]
  readonly authentication?: AuthenticationRequirement
  /** `fresh` asks the authorization server again for every call: for what cannot be taken back. Default `cached`. */
  readonly freshness?: 'cached' | 'fresh'
  /** The authorization-details type, so that metadata can name it without a call. */
  readonly detailsType?: string
  /** What this very call needs. An exception here is a denial. */
  readonly details?: (input: Input, context: AccessContext) => DetailsRequirement | Promise<DetailsRequirement>
}

export interface ToolCall {
  /** Aborted when the caller goes away. Made only when read. */
  readonly signal: AbortSignal
}

export type ToolOutcome =
  | { readonly kind: 'completed', readonly text: string, readonly structured: JsonObject }
  /** The call was allowed and could not be done: an MCP result with `isError`. `code` is stable, for logs. */
  | { readonly kind: 'failed', readonly code: string, readonly text: string }
  /** What the storage found inside its transaction needs more than was permitted: an HTTP 403 like any other denial. */
  | { readonly kind: 'denied', readonly denial: Denial }

/** A tool as the registry keeps it: input already described, types erased. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: ToolAnnotations
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  readonly access: ToolAccess<never>
  readonly run: (permit: Permit, input: never, call: ToolCall) => Promise<ToolOutcome>
}

export interface ToolDefinition<Input extends z.ZodObject> {
  /** 1 to 64 letters, digits, `_`, `-`, `.`; unique in the registry. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations?: ToolAnnotations
  /** Strict: an unknown argument is refused. */
  readonly input: Input
  readonly output: z.ZodObject
  readonly access: ToolAccess<z.output<Input>>
  readonly run: (permit: Permit, input: z.output<Input>, call: ToolCall) => Promise<ToolOutcome>
}

/** Declares a tool; the types of `input` reach `access.details` and `run`. */
export function defineTool<Input extends z.ZodObject> (definition: ToolDefinition<Input>): Tool {
  return { annotations: {}, ...definition }
}
