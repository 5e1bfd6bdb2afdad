// The tools of a gateway: a fixed list, or own tools and sources that can be read again while the gateway runs. A reload replaces
// all tools in one step or none; calls that are running finish with the tool they began with.

import { GatewayError } from '../kernel/fault.ts'
import type { Tool } from './tool.ts'

/** Supplies tools from elsewhere: another MCP server, a file, a database. */
export interface ToolSource {
  /** For messages. */
  readonly name: string
  /** The tools as they are now. Synchronous: whatever needs I/O is done before the reload. */
  readonly tools: () => readonly Tool[]
}

/** A tool and the text that names it where its name cannot be used: `tools[2]`, `source payments: tools[0]`. */
export interface PlacedTool {
  readonly tool: Tool
  readonly place: string
}

/** Puts prepared tools in the place of the former ones. Must not throw. */
export type Commit = () => void

export interface ToolSet {
  /** Own tools first, then those of each source. */
  readonly read: () => readonly PlacedTool[]
  /**
   * Reads all sources again and replaces the tools of every gateway that uses this set.
   * @throws GatewayError `GW_TOOL_INVALID` for a wrong tool; then nothing has changed
   */
  readonly reload: () => void
  /**
   * For the gateway. `prepare` throws when the tools cannot be used.
   * @returns ends the subscription
   */
  readonly subscribe: (prepare: (tools: readonly PlacedTool[]) => Commit) => () => void
}

/** A set whose reload can be prepared, so that several sets are replaced together or not at all. */
export interface PreparableToolSet extends ToolSet {
  /** @throws GatewayError `GW_TOOL_INVALID` for a wrong tool; then nothing has changed */
  readonly prepare: () => Commit
}

/**
 * Tools that can be replaced while the gateway runs.
 * @example
 * const tools = createToolSet([listOrders, refundOrder], [payments])
 * await app.register(mcpResourceGateway, { config, tools, server })
 * await payments.refresh()
 * tools.reload()
 */
export function createToolSet (own: readonly Tool[], sources: readonly ToolSource[] = []): PreparableToolSet {
  const subscribers = new Set<(tools: readonly PlacedTool[]) => Commit>()
  const read = () => [...placed(own, ''), ...sources.flatMap(source => placed(toolsOf(source), `source ${source.name}: `))]
  const prepareAll = (): Commit => {
    const tools = read()
    const commits = [...subscribers].map(prepare => prepare(tools))
    return () => { for (const commit of commits) commit() }
  }
  return {
    read,
    prepare: prepareAll,
    reload () { prepareAll()() },
    subscribe (prepare) {
      subscribers.add(prepare)
      return () => { subscribers.delete(prepare) }
    }
  }
}

function placed (tools: readonly Tool[], prefix: string): readonly PlacedTool[] {
  return tools.map((tool, index) => ({ tool, place: `${prefix}tools[${index}]` }))
}

function toolsOf (source: ToolSource): readonly Tool[] {
  const tools: unknown = readSource(source)
  if (!Array.isArray(tools)) throw new GatewayError('GW_TOOL_INVALID', `source ${source.name}: tools() returned no list`)
  return tools as readonly Tool[]
}

function readSource (source: ToolSource): unknown {
  try {
    return source.tools()
  } catch (cause) {
    throw new GatewayError('GW_TOOL_INVALID', `source ${source.name}: tools() failed`, { cause })
  }
}
