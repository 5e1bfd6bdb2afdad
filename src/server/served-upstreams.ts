// The upstreams of a running server: their tools beside its own, a new generation on a reload, and what happens at them in the log and in
// the metrics.

import type { Logger } from 'pino'
import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { Result } from '../kernel/result.ts'
import { createToolSet, type ToolSet } from '../mcp/tool-set.ts'
import type { Tool } from '../mcp/tool.ts'
import type { CompiledUpstream } from '../proxy/compiled-upstream.ts'
import { compileUpstreams } from '../proxy/compiled-upstreams.ts'
import type { ObserveProxy, ProxyEvent } from '../proxy/proxy-event.ts'
import { createUpstreamTools, sameUpstreams } from '../proxy/upstream-tools.ts'
import { createUpstream } from '../upstream/create-upstream.ts'

export interface ServedUpstreamsOptions {
  /** They were compiled without a mistake when the configuration was loaded. */
  readonly configured: readonly ConfiguredUpstream[]
  readonly logger: Logger
  readonly clock: Clock
  /** `PATH`, `LANG` and `TZ` of the gateway. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface ServedUpstreams {
  /** The tools of the server with those of the upstreams; called once. */
  readonly tools: (own: readonly Tool[]) => ToolSet
  /** For metrics; called once. */
  readonly watch: (observe: ObserveProxy) => void
  /**
   * @param deadlineMs how long running calls may still take at the former servers
   * @returns the names of the upstreams in use, or nothing when they are the same
   * @throws GatewayError `GW_TOOL_INVALID` when the tools cannot be used together; nothing has changed then
   */
  readonly reload: (next: readonly ConfiguredUpstream[], deadlineMs: number) => readonly string[] | undefined
  readonly close: (deadlineMs: number) => Promise<void>
}

/** A configuration was loaded with these files, so they have no mistake. */
export function compiled (upstreams: readonly ConfiguredUpstream[]): readonly CompiledUpstream[] {
  const made: Result<readonly CompiledUpstream[], readonly ConfigMistake[]> = compileUpstreams(upstreams)
  return made.ok ? made.value : []
}

export function createServedUpstreams ({ configured, logger, clock, environment }: ServedUpstreamsOptions): ServedUpstreams {
  let inUse = configured
  let watcher: ObserveProxy | undefined
  let toolSet: ToolSet | undefined
  const proxied = createUpstreamTools(compiled(configured), {
    createUpstream,
    clock,
    environment,
    observe (event) {
      logProxyEvent(logger, event)
      watcher?.(event)
    }
  })
  return {
    tools (own) {
      toolSet = createToolSet(own, [proxied.source])
      return toolSet
    },
    watch (observe) { watcher = observe },
    reload (next, deadlineMs) {
      if (sameUpstreams(asJson(inUse), asJson(next))) return undefined
      proxied.replace(compiled(next), () => { toolSet?.reload() }, deadlineMs)
      inUse = next
      return next.map(({ declaration }) => declaration.name)
    },
    close: proxied.close
  }
}

function asJson (upstreams: readonly ConfiguredUpstream[]): JsonValue {
  return JSON.parse(JSON.stringify(upstreams)) as JsonValue
}

/** Calls are in the decision line and in the metrics; here is what an operator has to know of besides. */
function logProxyEvent (logger: Logger, event: ProxyEvent): void {
  switch (event.kind) {
    case 'call': {
      const { upstream, outcome, reason } = event
      if (outcome === 'answered' || outcome === 'tool-error') return
      logger.warn({ event: 'upstream-call', upstream, outcome, reason }, `${upstream}: a call ended without a result`)
      return
    }
    case 'drift': {
      const { upstream, tools } = event
      if (tools.length === 0) logger.info({ event: 'upstream-as-reviewed', upstream }, `${upstream}: its tools are as they were reviewed`)
      else {
        const text = `${upstream}: tools differ from the lock and are refused: run mcp-resource-gateway upstream review`
        logger.warn({ event: 'upstream-changed', upstream, tools }, text)
      }
      return
    }
    case 'unverified': {
      const { upstream, reason } = event
      logger.warn({ event: 'upstream-unverified', upstream, reason }, `${upstream}: its tools could not be compared with the lock`)
      return
    }
    case 'connection': {
      const { upstream, event: { kind, ...members } } = event
      const level = kind === 'breaker' || (kind === 'ended' && 'why' in members && members.why === 'crashed') ? 'warn' : 'debug'
      logger[level]({ event: `upstream-${kind}`, upstream, ...members }, `${upstream}: ${kind}`)
    }
  }
}
