// Which tools are there, and what do they need? Checked and described once; lists are prepared strings. What the
// registry does not know does not exist: a call to it reaches no tool.

import { z } from 'zod'
import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { PublishedDetailsType } from '../policy/authorization-details/details-type.ts'
import type { Tool } from './tool.ts'

export type ToolVisibility = 'all' | 'permitted'

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

export interface Registry {
  /** The tool, if it exists and may be seen with this grant. */
  readonly find: (name: string, grant: VerifiedGrant) => Tool | undefined
  /** The `tools` array of `tools/list` as JSON, in the order of declaration. */
  readonly listJson: (grant: VerifiedGrant) => string
  readonly visibility: ToolVisibility
  readonly descriptions: readonly ToolDescription[]
  /** Every scope that some tool needs, sorted. */
  readonly scopes: readonly string[]
  /** The scopes of the read-only tools: the least a client can begin with; all scopes where no tool is read-only. */
  readonly initialScopes: readonly string[]
  /** Every authorization-details type that some tool reads, each once, by name. */
  readonly detailsTypes: readonly PublishedDetailsType[]
}

const NAME = /^[A-Za-z0-9_.-]{1,128}$/
/** RFC 6749 §3.3 scope-token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** @throws GatewayError `GW_TOOL_INVALID` for a wrong or repeated declaration. */
export function createRegistry (tools: readonly Tool[], visibility: ToolVisibility = 'all'): Registry {
  const byName = new Map<string, Tool>()
  for (const tool of tools) {
    checkDeclaration(tool)
    if (byName.has(tool.name)) throw new GatewayError('GW_TOOL_INVALID', `two tools are named ${tool.name}`)
    byName.set(tool.name, tool)
  }
  const entries = tools.map(tool => {
    const description = describe(tool)
    return { tool, description, json: entryJson(tool, description) }
  })
  const wholeList = `[${entries.map(({ json }) => json).join(',')}]`
  const scopes = sortedUnion(tools.map(tool => tool.access.scopes))
  const readOnly = tools.filter(tool => tool.annotations.readOnlyHint === true)

  return {
    find (name, grant) {
      const tool = byName.get(name)
      return tool !== undefined && (visibility === 'all' || permitted(tool, grant)) ? tool : undefined
    },
    listJson (grant) {
      if (visibility === 'all') return wholeList
      return `[${entries.filter(({ tool }) => permitted(tool, grant)).map(({ json }) => json).join(',')}]`
    },
    visibility,
    descriptions: entries.map(({ description }) => description),
    scopes,
    initialScopes: readOnly.length === 0 ? scopes : sortedUnion(readOnly.map(tool => tool.access.scopes)),
    detailsTypes: publishedTypes(tools)
  }
}

function permitted (tool: Tool, grant: VerifiedGrant): boolean {
  return tool.access.scopes.every(scope => grant.scopes.has(scope))
}

function checkDeclaration (tool: Tool): void {
  const { name, access } = tool
  if (!NAME.test(name)) throw new GatewayError('GW_TOOL_INVALID', 'a tool name is 1 to 128 letters, digits, "_", "-" or "."')
  if (!access.scopes.every(scope => SCOPE.test(scope))) {
    throw new GatewayError('GW_TOOL_INVALID', `${name}: a scope holds characters that RFC 6749 does not allow`)
  }
  if ((access.details === undefined) !== (access.detailsType === undefined)) {
    throw new GatewayError('GW_TOOL_INVALID', `${name}: access.details and access.detailsType go together`)
  }
}

function describe (tool: Tool): ToolDescription {
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

/** JSON Schema 2020-12, the dialect that MCP assumes where `$schema` is absent. */
function jsonSchema (schema: z.ZodObject, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io })
  return rest as JsonObject
}

function entryJson (tool: Tool, description: ToolDescription): string {
  return JSON.stringify({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: description.inputSchema,
    outputSchema: description.outputSchema,
    annotations: { title: tool.title, ...tool.annotations }
  })
}

function publishedTypes (tools: readonly Tool[]): readonly PublishedDetailsType[] {
  const byType = new Map<string, PublishedDetailsType>()
  for (const { name, access: { detailsType } } of tools) {
    if (detailsType === undefined) continue
    const known = byType.get(detailsType.type)
    if (known !== undefined && known !== detailsType) {
      throw new GatewayError('GW_TOOL_INVALID', `${name}: another declaration of ${detailsType.type} is registered already`)
    }
    byType.set(detailsType.type, detailsType)
  }
  return [...byType.values()].sort((a, b) => a.type < b.type ? -1 : 1)
}

function sortedUnion (lists: ReadonlyArray<readonly string[]>): readonly string[] {
  return [...new Set(lists.flat())].sort()
}
