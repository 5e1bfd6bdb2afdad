// Descriptions of a tool for others: as `tools/list` has it, and as pages and documents have it. Which caller may see a tool is
// decided in registry.ts.

import type { JsonObject } from '../kernel/json.ts'
import type { Tool, ToolAnnotations } from './tool.ts'

/** What the pages, `GET /mcp/tools` and the documents say about one tool. */
export interface ToolDescription {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly scopes: readonly string[]
  readonly detailsType: string | undefined
  readonly freshness: 'cached' | 'fresh'
  readonly readOnly: boolean
  readonly inputSchema: JsonObject
  /** Absent for a tool that has only text. */
  readonly outputSchema: JsonObject | undefined
  /** How it is called without MCP, below `<endpoint>/tools`; absent: not at all. */
  readonly http?: { readonly method: string, readonly path: string }
}

export function describeTool (tool: Tool, inputSchema: JsonObject, outputSchema: JsonObject | undefined): ToolDescription {
  const { name, title, description, annotations, access, http } = tool
  return {
    name,
    title,
    description,
    scopes: access.scopes,
    detailsType: access.details?.type.type,
    freshness: access.freshness ?? 'cached',
    readOnly: annotations?.readOnlyHint === true,
    inputSchema,
    outputSchema,
    ...(http === undefined ? {} : { http: { method: http.method, path: http.path } })
  }
}

/** One element of the `tools` array of `tools/list`. */
export function listEntryJson (
  { name, title, description, inputSchema, outputSchema }: ToolDescription, annotations: ToolAnnotations
): string {
  return JSON.stringify({ name, title, description, inputSchema, outputSchema, annotations: { title, ...annotations } })
}
