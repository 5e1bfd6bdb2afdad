// Which tools are there, and what do they need? Checked and described once; lists are prepared strings. What the
// registry does not know does not exist: a call to it reaches no tool.

import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError } from '../kernel/fault.ts'
import { isScopeToken } from '../kernel/scope-syntax.ts'
import type { PublishedDetailsType } from '../policy/authorization-details/details-type.ts'
import { missingScopes, type ScopeImplications } from '../policy/scope.ts'
import { boundedTool } from './bounded-tool.ts'
import { parseMirroredParameters, type MirroredParameter } from './parameter-headers.ts'
import type { Tool } from './tool.ts'
import { describeTool, listEntryJson, type ToolDescription } from './tool-description.ts'

export type ToolVisibility = 'all' | 'permitted'

/** What pages and metadata tell those who show no token. */
export interface PublishedRegistry {
  /** Sorted. */
  readonly scopes: readonly string[]
  /** Each once, by name. */
  readonly detailsTypes: readonly PublishedDetailsType[]
  readonly descriptions: readonly ToolDescription[]
}

/** A tool as a call finds it. */
export interface RegisteredTool {
  readonly tool: Tool
  readonly mirroredParameters: readonly MirroredParameter[]
}

export interface Registry {
  /** The tool, if it exists and may be seen with this grant. */
  readonly find: (name: string, grant: VerifiedGrant) => RegisteredTool | undefined
  /** The `tools` array of `tools/list` as JSON, in the order of declaration. */
  readonly listJson: (grant: VerifiedGrant) => string
  /** The same tools. */
  readonly toolsFor: (grant: VerifiedGrant) => readonly Tool[]
  /** The same tools, as pages describe them. */
  readonly descriptionsFor: (grant: VerifiedGrant) => readonly ToolDescription[]
  readonly visibility: ToolVisibility
  /** Every tool, whoever asks: for those who run the gateway. */
  readonly descriptions: readonly ToolDescription[]
  /** The scopes of the read-only tools: the least a client can begin with; all scopes where no tool is read-only. */
  readonly initialScopes: readonly string[]
  /**
   * Everything where all tools are visible. Otherwise the scopes to begin with, the details types that they lead to,
   * and no tool.
   */
  readonly published: PublishedRegistry
}

export interface RegistryOptions {
  /** Default `all`. */
  readonly visibility?: ToolVisibility
  /** As decide() knows them, so that what is listed is what may be called. Default: none. */
  readonly scopeImplications?: ScopeImplications
  /** How long a tool may take, in milliseconds, as it is now; 0: no limit, the default. */
  readonly toolTimeoutMs?: () => number
}

const NAME = /^[A-Za-z0-9_.-]{1,128}$/

interface Entry extends RegisteredTool {
  readonly description: ToolDescription
  readonly json: string
}

/** @throws GatewayError `GW_TOOL_INVALID` for a wrong or repeated declaration. */
export function createRegistry (tools: readonly Tool[], { visibility = 'all', scopeImplications = {}, toolTimeoutMs = () => 0 }: RegistryOptions = {}): Registry {
  const entries = tools.map(tool => registered(tool, toolTimeoutMs))
  const byName = new Map<string, Entry>()
  for (const entry of entries) {
    if (byName.has(entry.tool.name)) throw new GatewayError('GW_TOOL_INVALID', `two tools are named ${entry.tool.name}`)
    byName.set(entry.tool.name, entry)
  }
  const permits = (granted: ReadonlySet<string>) => ({ tool }: Entry) => missingScopes(granted, tool.access.scopes, scopeImplications).length === 0
  const visibleTo = (grant: VerifiedGrant) => visibility === 'all' ? entries : entries.filter(permits(grant.scopes))

  const descriptions = entries.map(({ description }) => description)
  const detailsTypes = publishedTypes(tools)
  const scopes = scopesOf(tools)
  const readOnly = tools.filter(tool => tool.annotations.readOnlyHint === true)
  const initialScopes = readOnly.length === 0 ? scopes : scopesOf(readOnly)
  const initial = entries.filter(permits(new Set(initialScopes))).map(({ tool }) => tool)
  const wholeList = jsonOf(entries)

  return {
    find (name, grant) {
      const entry = byName.get(name)
      return entry !== undefined && (visibility === 'all' || permits(grant.scopes)(entry)) ? entry : undefined
    },
    listJson: grant => visibility === 'all' ? wholeList : jsonOf(visibleTo(grant)),
    toolsFor: grant => visibleTo(grant).map(({ tool }) => tool),
    descriptionsFor: grant => visibleTo(grant).map(({ description }) => description),
    visibility,
    descriptions,
    initialScopes,
    published: visibility === 'all'
      ? { scopes, detailsTypes, descriptions }
      : { scopes: initialScopes, detailsTypes: publishedTypes(initial), descriptions: [] }
  }
}

function registered (tool: Tool, toolTimeoutMs: () => number): Entry {
  checkDeclaration(tool)
  const description = describeTool(tool)
  const mirrored = parseMirroredParameters(description.inputSchema)
  if (!mirrored.ok) throw new GatewayError('GW_TOOL_INVALID', `${tool.name}: ${mirrored.error}`)
  return { tool: boundedTool(tool, toolTimeoutMs), description, json: listEntryJson(tool, description), mirroredParameters: mirrored.value }
}

function jsonOf (entries: readonly Entry[]): string {
  return `[${entries.map(({ json }) => json).join(',')}]`
}

function checkDeclaration (tool: Tool): void {
  const { name, access } = tool
  if (!NAME.test(name)) throw new GatewayError('GW_TOOL_INVALID', 'a tool name is 1 to 128 letters, digits, "_", "-" or "."')
  if (!access.scopes.every(scope => isScopeToken(scope))) {
    throw new GatewayError('GW_TOOL_INVALID', `${name}: a scope holds characters that RFC 6749 does not allow`)
  }
  if ((access.details === undefined) !== (access.detailsType === undefined)) {
    throw new GatewayError('GW_TOOL_INVALID', `${name}: access.details and access.detailsType go together`)
  }
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

function scopesOf (tools: readonly Tool[]): readonly string[] {
  return [...new Set(tools.flatMap(({ access }) => access.scopes))].sort()
}
