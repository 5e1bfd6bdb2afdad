// How is a tool described to others? As `tools/list` has it, and as pages and documents have it. Whether somebody may see
// it is for the registry to know.

import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import type { Tool } from './tool.ts'

/** What the pages, `GET /mcp/tools` and the documents say of one tool. */
export interface ToolDescription {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly scopes: readonly string[]
  readonly detailsType: string | undefined
  readonly freshness: 'cached' | 'fresh'
  readonly readOnly: boolean
  readonly inputSchema: JsonObject
  readonly outputSchema: JsonObject
}

export function describeTool (tool: Tool): ToolDescription {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    scopes: tool.access.scopes,
    detailsType: tool.access.detailsType?.type,
    freshness: tool.access.freshness ?? 'cached',
    readOnly: tool.annotations.readOnlyHint === true,
    inputSchema: jsonSchema(tool.input, 'input'),
    outputSchema: jsonSchema(tool.output, 'output')
  }
}

/** JSON Schema 2020-12, the dialect that MCP assumes where `$schema` is absent; a schema that names its own keeps it. */
function jsonSchema (schema: z.ZodObject, io: 'input' | 'output'): JsonObject {
  const { $schema: _assumed, ...rest } = z.toJSONSchema(schema, { io })
  const { $schema: declared } = schema.meta() ?? {}
  return { ...(typeof declared === 'string' ? { $schema: declared } : {}), ...rest as JsonObject }
}

/** One element of the `tools` array of `tools/list`. */
export function listEntryJson (tool: Tool, description: ToolDescription): string {
  return JSON.stringify({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: description.inputSchema,
    outputSchema: description.outputSchema,
    annotations: { title: tool.title, ...tool.annotations }
  })
}
