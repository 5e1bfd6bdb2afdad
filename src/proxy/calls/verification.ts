// Compares what a server lists with the lock: before its first call, on each new session or process, when it says that its tools have
// changed, and from time to time while it is used. A tool that differs is refused until it is reviewed; what it lists besides is never
// shown.

import type { Clock } from '../../kernel/clock.ts'
import { UpstreamFault } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Upstream, UpstreamListing, UpstreamPerson } from '../../upstream/upstream-port.ts'
import { definitionHash } from '../lock/definition-hash.ts'
import type { ObserveProxy } from '../proxy-event.ts'
import type { CompiledTool } from '../tools/compiled-tool.ts'
import { listingFault } from './upstream-fault.ts'

/** A server that says again and again that its tools have changed is not asked more often. */
const SHORTEST_INTERVAL_MS = 1000

export interface Verification {
  /**
   * Before a call. Waits for the comparison where there is none yet, or the server said that its tools have changed.
   * @throws UpstreamFault (as a rejected promise)
   */
  readonly admit: (tool: Pick<CompiledTool, 'upstreamName'>, caller: UpstreamPerson) => Promise<void> | undefined
  /** The server says that its tools have changed. */
  readonly toolsChanged: () => void
  /** A session has begun, or a process has started, for this caller. It is compared beside the calls, one in a second. */
  readonly connected: (caller: UpstreamPerson | undefined) => void
}

/** Nothing is compared while the gateway runs. */
export const UNVERIFIED: Verification = { admit: () => undefined, toolsChanged () {}, connected () {} }

export interface VerificationOptions {
  readonly upstream: Pick<Upstream, 'name' | 'list'>
  readonly tools: ReadonlyArray<Pick<CompiledTool, 'upstreamName' | 'hash'>>
  readonly revision: string | undefined
  readonly intervalMs: number
  readonly clock: Clock
  readonly observe: ObserveProxy
}

export function createVerification ({ upstream, tools, revision, intervalMs, clock, observe }: VerificationOptions): Verification {
  const { name } = upstream
  let comparedAt: number | undefined
  let announced = false
  let differing: ReadonlySet<string> = new Set()
  let otherRevision = false
  let running: Promise<UpstreamFault | undefined> | undefined

  async function compare (caller: UpstreamPerson): Promise<UpstreamFault | undefined> {
    announced = false
    const listing = await upstream.list(caller)
    if (!listing.ok) {
      const fault = listingFault(listing.error, name)
      observe({ kind: 'unverified', upstream: name, reason: fault.detail })
      return fault
    }
    comparedAt = clock.monotonicMs()
    otherRevision = revision !== undefined && listing.value.revision !== revision
    const found = differingTools(listing.value, tools)
    const news = found.size !== differing.size || [...found].some(tool => !differing.has(tool))
    differing = found
    if (news) observe({ kind: 'drift', upstream: name, tools: [...found] })
    return undefined
  }

  /** One at a time, for all callers. */
  function compareOnce (caller: UpstreamPerson): Promise<UpstreamFault | undefined> {
    running ??= compare(caller).finally(() => { running = undefined })
    return running
  }

  function verdict (tool: string): UpstreamFault | undefined {
    if (otherRevision) return new UpstreamFault('GW_UPSTREAM_CHANGED', `${name}: it speaks another protocol revision than the lock`, 503)
    if (differing.has(tool)) return new UpstreamFault('GW_UPSTREAM_TOOL_CHANGED', `${name}: ${tool} differs from the lock`, 503)
    return undefined
  }

  async function waitFor (comparison: Promise<UpstreamFault | undefined>, tool: string, own: () => typeof comparison): Promise<void> {
    let fault = await comparison
    // The token of one person was refused, which says nothing about that of another.
    if (fault?.code === 'GW_UPSTREAM_CREDENTIALS' && comparedAt === undefined) fault = await own()
    // A later comparison that fails leaves the last one valid: the call itself will show whether the server answers.
    const refusal = comparedAt === undefined ? fault : verdict(tool)
    if (refusal !== undefined) throw refusal
  }

  return {
    admit ({ upstreamName }, caller) {
      const age = comparedAt === undefined ? Infinity : clock.monotonicMs() - comparedAt
      if (comparedAt === undefined || (announced && age >= SHORTEST_INTERVAL_MS)) {
        const isOwn = running === undefined
        const comparison = compareOnce(caller)
        return waitFor(comparison, upstreamName, () => isOwn ? comparison : compareOnce(caller))
      }
      const refusal = verdict(upstreamName)
      // Off the path of the call; a refused tool asks too, so that it is noticed when the server is as it was.
      if (age >= intervalMs || (refusal !== undefined && age >= SHORTEST_INTERVAL_MS)) compareOnce(caller).catch(() => {})
      return refusal === undefined ? undefined : Promise.reject(refusal)
    },
    toolsChanged () { announced = true },
    connected (caller) {
      // The first comparison, and each one that runs, opens connections too.
      if (caller === undefined || comparedAt === undefined || running !== undefined) return
      if (clock.monotonicMs() - comparedAt >= SHORTEST_INTERVAL_MS) compareOnce(caller).catch(() => {})
    }
  }
}

/** A tool that is not listed is no difference: what a server lists may depend on the person. */
function differingTools (
  { tools: listed }: UpstreamListing, tools: VerificationOptions['tools']
): ReadonlySet<string> {
  const byName = new Map<unknown, JsonObject[]>()
  for (const definition of listed) byName.set(definition['name'], [...byName.get(definition['name']) ?? [], definition])
  const differing = tools.filter(({ upstreamName, hash }) => {
    return (byName.get(upstreamName) ?? []).some(definition => definitionHash(definition) !== hash)
  })
  return new Set(differing.map(({ upstreamName }) => upstreamName))
}
