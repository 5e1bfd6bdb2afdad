// The outcome of a tool's `run`, in four kinds. An outcome says nothing about HTTP: `denied` becomes a 403 with a challenge,
// everything else a result of JSON-RPC (https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result).

import type { Denial } from '../policy/denial.ts'

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

/** What was left of a total before and after a call, in minor units. For those who look on; it decides nothing. */
export interface UsedTotal {
  /** ISO 4217; an empty text for numbers that are no money. */
  readonly currency: string
  readonly total: number
  readonly before: number
  readonly after: number
  /** The member of the details element that holds the limit, where a type has several totals. */
  readonly member?: string
  /** `after` is what the hold left: what the call has used in the end is not known, or not yet. */
  readonly held?: boolean
}

/** Of a tool with an `output` schema. */
interface StructuredOutcome<Output> {
  readonly kind: 'completed'
  /** As `output` describes it. */
  readonly structured: Output
  /** For clients that show text only. Default: `structured` as JSON. */
  readonly text?: string
  /** The total that this call was debited to, or credited to. */
  readonly used?: UsedTotal
  /** Takes the place of `text` for clients that show more than text. */
  readonly content?: readonly ContentBlock[]
}

/** Of a tool without an `output` schema. */
interface TextOutcome {
  readonly kind: 'completed'
  readonly text: string
  readonly structured?: undefined
  readonly used?: UsedTotal
  /** Takes the place of `text` for clients that show more than text. */
  readonly content?: readonly ContentBlock[]
}

/** The call was allowed and could not be done: a result with `isError`. */
interface FailedOutcome {
  readonly kind: 'failed'
  /** Stable, for logs. */
  readonly code: string
  readonly text: string
}

/** What the storage found inside its transaction needs more than was permitted: a 403 like every other denial. */
interface DeniedOutcome {
  readonly kind: 'denied'
  readonly denial: Denial
}

/** The result of another MCP server, passed on as it is. */
interface RelayedOutcome {
  readonly kind: 'relayed'
  readonly result: RelayedResult
  /** Stable, for logs, where `result.isError` is true. Default `relayed-error`. */
  readonly code?: string
  /** The same as an HTTP answer, for callers without MCP; absent where the other server speaks MCP. */
  readonly http?: PlainAnswer
}

/** The answer of a REST API. */
interface PlainAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/**
 * A whole CallToolResult: content of any kind, known to this gateway or not. Only what belongs to the hop between this gateway and
 * its client is set here: `resultType` and `_meta["io.modelcontextprotocol/serverInfo"]`, and only for modern clients.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result
 */
export interface RelayedResult {
  readonly content?: readonly object[]
  readonly structuredContent?: unknown
  readonly isError?: boolean
  readonly _meta?: Readonly<Record<string, unknown>>
  readonly [member: string]: unknown
}

/** @typeParam Output `undefined` for a tool without an `output` schema */
export type ToolOutcome<Output = object | undefined> =
  | (Output extends undefined ? TextOutcome : StructuredOutcome<Output>)
  | FailedOutcome
  | DeniedOutcome
  | RelayedOutcome
