// The registry: which tools exist, and which of them a grant may see. Tools are checked and described when it is made, and lists
// are prepared strings; a tool that is not in the registry does not exist for a caller.

import type { VerifiedGrant } from '../auth/grant.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { PublishedDetailsType } from '../policy/authorization-details/details-type.ts'
import { missingScopes, type ScopeImplications } from '../policy/scope.ts'
import { boundedTool } from './bounded-tool.ts'
import { registerTool, type RegisteredTool } from './registered-tool.ts'
import type { Tool } from './tool.ts'
import type { ToolDescription } from './tool-description.ts'

type ToolVisibility = 'all' | 'permitted'

/** What pages and metadata say to a reader without a token. */
interface PublishedRegistry {
  /** Sorted. */
  readonly scopes: readonly string[]
  /** Each once, by name. */
  readonly detailsTypes: readonly PublishedDetailsType[]
  readonly descriptions: readonly ToolDescription[]
}

export interface Registry {
  /** Every tool, also those that no grant may see. */
  readonly tools: readonly RegisteredTool[]
  /** The tool, if it exists and may be seen with this grant. */
  readonly find: (name: string, grant: VerifiedGrant) => RegisteredTool | undefined
  /** The `tools` array of `tools/list` as JSON, in the order of declaration. */
  readonly listJson: (grant: VerifiedGrant) => string
  /** The same tools. */
  readonly toolsFor: (grant: VerifiedGrant) => readonly RegisteredTool[]
  /** The same tools, as pages describe them. */
  readonly descriptionsFor: (grant: VerifiedGrant) => readonly ToolDescription[]
  readonly visibility: ToolVisibility
  /** The scopes of the read-only tools: the least a client can begin with; all scopes where no tool is read-only. */
  readonly initialScopes: readonly string[]
  /**
   * Everything where all tools are visible. Otherwise the scopes to begin with, the details types of the tools that these
   * scopes allow, and no tool.
   */
  readonly published: PublishedRegistry
}

export interface RegistryOptions {
  /** Default `all`. */
  readonly visibility?: ToolVisibility
  /** As decide() knows them, so that what is listed is what may be called. Default: none. */
  readonly scopeImplications?: ScopeImplications
  /** How long a tool may take, in milliseconds, read at each call; 0: no limit, the default. */
  readonly toolTimeoutMs?: () => number
  /** How messages name each tool where its name cannot be used. Default: `tools[0]` and so on. */
  readonly places?: readonly string[]
}

/** @throws GatewayError `GW_TOOL_INVALID` for a wrong or repeated declaration. */
export function createRegistry (
  declared: readonly Tool[], { visibility = 'all', scopeImplications = {}, toolTimeoutMs = () => 0, places }: RegistryOptions = {}
): Registry {
  const tools = declared.map((tool, index) => boundedTool(registerTool(tool, places?.[index] ?? `tools[${index}]`), toolTimeoutMs))
  const byName = new Map<string, RegisteredTool>()
  for (const tool of tools) {
    if (byName.has(tool.name)) throw new GatewayError('GW_TOOL_INVALID', `two tools are named ${tool.name}`)
    byName.set(tool.name, tool)
  }
  const permits = (granted: ReadonlySet<string>) => ({ access }: RegisteredTool) =>
    missingScopes(granted, access.scopes, scopeImplications).length === 0
  const visibleTo = (grant: VerifiedGrant) => visibility === 'all' ? tools : tools.filter(permits(grant.scopes))

  const descriptions = tools.map(({ description }) => description)
  const detailsTypes = publishedTypes(tools)
  const scopes = scopesOf(tools)
  const readOnly = tools.filter(({ annotations }) => annotations.readOnlyHint === true)
  const initialScopes = readOnly.length === 0 ? scopes : scopesOf(readOnly)
  const initial = tools.filter(permits(new Set(initialScopes)))
  const wholeList = jsonOf(tools)

  return {
    tools,
    find (name, grant) {
      const tool = byName.get(name)
      return tool !== undefined && (visibility === 'all' || permits(grant.scopes)(tool)) ? tool : undefined
    },
    listJson: grant => visibility === 'all' ? wholeList : jsonOf(visibleTo(grant)),
    toolsFor: visibleTo,
    descriptionsFor: grant => visibleTo(grant).map(({ description }) => description),
    visibility,
    initialScopes,
    published: visibility === 'all'
      ? { scopes, detailsTypes, descriptions }
      : { scopes: initialScopes, detailsTypes: publishedTypes(initial), descriptions: [] }
  }
}

function jsonOf (tools: readonly RegisteredTool[]): string {
  return `[${tools.map(({ listEntryJson }) => listEntryJson).join(',')}]`
}

function publishedTypes (tools: readonly RegisteredTool[]): readonly PublishedDetailsType[] {
  const byType = new Map<string, PublishedDetailsType>()
  for (const { name, access: { details } } of tools) {
    if (details === undefined) continue
    const known = byType.get(details.type.type)
    if (known !== undefined && known !== details.type) {
      const { type } = details.type
      throw new GatewayError('GW_TOOL_INVALID', `${name}: access.details.type: another declaration of ${type} is registered already`)
    }
    byType.set(details.type.type, details.type)
  }
  return [...byType.values()].sort((a, b) => a.type < b.type ? -1 : 1)
}

function scopesOf (tools: readonly RegisteredTool[]): readonly string[] {
  return [...new Set(tools.flatMap(({ access }) => access.scopes))].sort()
}
