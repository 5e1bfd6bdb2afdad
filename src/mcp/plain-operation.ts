// A tool that can be called over plain HTTP too: method, path, and how a request becomes arguments. The same tool, and so the same checks.
// The path is below `<endpoint>/tools` (https://www.rfc-editor.org/rfc/rfc9110#section-4.2).

import type { JsonObject } from '../kernel/json.ts'
import type { Result } from '../kernel/result.ts'
import type { ValueIssue } from './value-schema.ts'

/** A request without MCP, as far as arguments are read from it. */
export interface PlainRequest {
  /** The parameters of the path, decoded. */
  readonly values: ReadonlyMap<string, string>
  /** Without its question mark. */
  readonly query: string
  /** @param name in lower case */
  readonly header: (name: string) => string | undefined
  /** `undefined`: there is none. */
  readonly body: unknown
}

export interface PlainOperation {
  readonly method: string
  /** Such as `/orders/{id}`. */
  readonly path: string
  /** Whatever the request says is an argument, or a reason to refuse it. */
  readonly argumentsOf: (request: PlainRequest) => Result<JsonObject, readonly ValueIssue[]>
}

/** Two operations with the same shape cannot be told apart: parameters have one. */
export function operationShape ({ method, path }: Pick<PlainOperation, 'method' | 'path'>): string {
  return `${method} ${path.replace(/\{[^{}]*\}/g, '{}')}`
}
