// Finds the tool of a plain HTTP request by method and path. Paths are compared as they came: what is encoded in a segment stays in it
// (https://www.rfc-editor.org/rfc/rfc3986#section-2.4).

import type { PlainOperation } from './plain-operation.ts'
import type { RegisteredTool } from './registered-tool.ts'

type FoundOperation =
  | {
    readonly kind: 'found',
    readonly tool: RegisteredTool,
    readonly operation: PlainOperation,
    readonly values: ReadonlyMap<string,
    string>
  }
  /** The path exists with these methods. */
  | { readonly kind: 'other-methods', readonly methods: readonly string[] }
  | { readonly kind: 'none' }

/** @param path of the request below `<endpoint>/tools`, as it came, without the query */
export type FindOperation = (method: string, path: string) => FoundOperation

/** The time of a pattern with two parameters in one segment grows with the square of the length. */
const LONGEST_PATH = 2048

interface Entry {
  readonly tool: RegisteredTool
  readonly operation: PlainOperation
  readonly names: readonly string[]
  readonly pattern: RegExp
}

/** A path without parameters is found before one with them: `/orders/open` before `/orders/{id}`. */
export function createOperationTable (tools: readonly RegisteredTool[]): FindOperation {
  const entries = tools.flatMap((tool): readonly Entry[] => tool.http === undefined ? [] : [entryOf(tool, tool.http)])
    .toSorted((a, b) => a.names.length - b.names.length)
  return (method, path) => {
    if (path.length > LONGEST_PATH) return { kind: 'none' }
    const here = entries.filter(({ pattern }) => pattern.test(path))
    const entry = here.find(({ operation }) => operation.method === method)
    if (entry === undefined) {
      return here.length === 0
        ? { kind: 'none' }
        : {
            kind: 'other-methods',
            methods: [...new Set(here.map(({ operation }) => operation.method))]
          }
    }
    const values = entry.pattern.exec(path)?.slice(1).map(decoded) ?? []
    if (values.includes(undefined)) return { kind: 'none' }
    return {
      kind: 'found',
      tool: entry.tool,
      operation: entry.operation,
      values: new Map(entry.names.map((name, index) => [name, values[index] ?? '']))
    }
  }
}

function entryOf (tool: RegisteredTool, operation: PlainOperation): Entry {
  const parts = operation.path.split(/\{([^{}]*)\}/)
  const pattern = parts.map((part, index) => index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : '([^/]+)').join('')
  return { tool, operation, names: parts.filter((_, index) => index % 2 === 1), pattern: new RegExp(`^${pattern}$`) }
}

function decoded (text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
