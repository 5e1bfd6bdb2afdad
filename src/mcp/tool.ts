// What is a tool? One object that says what it takes, what it needs and what it does. Lists, challenges, metadata,
// pages and enforcement all come from it. What it does not check: the permit in its hand, which decide() made.

import type { z } from 'zod'
import type { PublishedDetailsType } from '../policy/authorization-details/details-type.ts'
import type { DetailsRequirement } from '../policy/authorization-details/details-requirement.ts'
import type { Denial } from '../policy/denial.ts'
import type { Permit } from '../policy/permit.ts'
import type { AuthenticationRequirement } from '../policy/requirement.ts'
import type { Person } from '../kernel/person.ts'
import type { ExplainQuestion, TokenExplanation } from './explain/explanation.ts'

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
  /** The type that `details` asks for, so that metadata and pages can describe it without a call. */
  readonly detailsType?: PublishedDetailsType
  /** What this very call needs. An exception here is a denial. */
  readonly details?: (input: Input, context: AccessContext) => DetailsRequirement | Promise<DetailsRequirement>
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
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result */
export type ContentBlock =
  | { readonly type: 'text', readonly text: string }
  /** `data` in base64. */
  | { readonly type: 'image' | 'audio', readonly data: string, readonly mimeType: string }
  | { readonly type: 'resource', readonly resource: EmbeddedResource }
  | { readonly type: 'resource_link', readonly uri: string, readonly name: string, readonly mimeType?: string }

/** Either text or, in base64, a blob. */
export type EmbeddedResource =
  | { readonly uri: string, readonly mimeType?: string, readonly text: string }
  | { readonly uri: string, readonly mimeType?: string, readonly blob: string }

export type ToolOutcome<Output = object> =
  /** `content` takes the place of `text` for clients that show more than text. */
  | { readonly kind: 'completed', readonly text: string, readonly structured: Output, readonly content?: readonly ContentBlock[] }
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

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** 1 to 64 letters, digits, `_`, `-`, `.`; unique in the registry. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations?: ToolAnnotations
  /** Strict: an unknown argument is refused. */
  readonly input: Input
  readonly output: Output
  readonly access: ToolAccess<z.output<Input>>
  readonly run: (permit: Permit, input: z.output<Input>, call: ToolCall) => Promise<ToolOutcome<z.input<Output>>>
}

/** Declares a tool; the types of `input` reach `access.details` and `run`, that of `output` what `run` answers. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject> (definition: ToolDefinition<Input, Output>): Tool {
  return { annotations: {}, ...definition }
}
