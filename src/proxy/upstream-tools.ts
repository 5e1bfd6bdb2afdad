// The tools of all upstreams as a source of the gateway's tool set, in generations: new files take the place of all former ones in one
// step or not at all, and calls that are running finish with the servers that they began with.

import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { Tracing } from '../kernel/tracing.ts'
import type { Tool } from '../mcp/tool.ts'
import type { ToolSource } from '../mcp/tool-set.ts'
import type { CreateUpstream, Upstream, UpstreamState } from '../upstream/upstream-port.ts'
import type { Accounts } from './calls/call-accounts.ts'
import { proxiedTool } from './calls/relayed-call.ts'
import { createRunningCalls, type RunningCalls } from './calls/running-calls.ts'
import { createVerification, UNVERIFIED } from './calls/verification.ts'
import type { CompiledUpstream } from './compiled-upstream.ts'
import type { ObserveProxy } from './proxy-event.ts'

export interface UpstreamToolsOptions {
  readonly createUpstream: CreateUpstream
  readonly clock: Clock
  /** Must not throw. */
  readonly observe: ObserveProxy
  /** For tools whose calls count; absent: such a tool is not called. */
  readonly accounts?: Accounts | undefined
  /** `PATH`, `LANG` and `TZ` of the gateway, which processes get. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Read at each call: `undefined` where no traces are made. */
  readonly tracing?: () => Tracing | undefined
}

interface Generation {
  readonly tools: readonly Tool[]
  readonly upstreams: readonly Upstream[]
  readonly running: RunningCalls
}

export interface UpstreamTools {
  readonly source: ToolSource
  readonly states: () => ReadonlyArray<readonly [upstream: string, state: UpstreamState]>
  /**
   * @param reloadTools reads the source again; when it throws, nothing has changed
   * @param deadlineMs how long calls of the former servers may still take
   */
  readonly replace: (next: readonly CompiledUpstream[], reloadTools: () => void, deadlineMs: number) => void
  readonly close: (deadlineMs: number) => Promise<void>
}

export function createUpstreamTools (first: readonly CompiledUpstream[], options: UpstreamToolsOptions): UpstreamTools {
  let current = startGeneration(first, options)
  const ending = new Set<Promise<void>>()
  const closing = new AbortController()
  let lastDeadlineMs = Infinity

  function end (generation: Generation, deadlineMs: number): void {
    const ended = close(generation, deadlineMs).then(() => { ending.delete(ended) }, () => {})
    ending.add(ended)
  }

  /** The processes and sessions of the generation stay until its calls have ended: one that was permitted finds them as they were. */
  async function close ({ upstreams, running }: Generation, deadlineMs: number): Promise<void> {
    const endAt = options.clock.monotonicMs() + deadlineMs
    if (deadlineMs > 0) await running.ended(deadlineMs, closing.signal)
    const leftMs = Math.max(0, Math.min(endAt - options.clock.monotonicMs(), lastDeadlineMs))
    await Promise.all(upstreams.map(upstream => upstream.close(leftMs)))
  }

  return {
    source: { name: 'upstreams', tools: () => current.tools },
    states: () => current.upstreams.map(upstream => [upstream.name, upstream.state()] as const),
    replace (next, reloadTools, deadlineMs) {
      const former = current
      current = startGeneration(next, options)
      try {
        reloadTools()
      } catch (error) {
        const refused = current
        current = former
        end(refused, 0)
        throw error
      }
      end(former, deadlineMs)
    },
    async close (deadlineMs) {
      lastDeadlineMs = deadlineMs
      closing.abort()
      end(current, deadlineMs)
      await Promise.all(ending)
    }
  }
}

/** Opens nothing: a server is asked when a call needs it. */
function startGeneration (
  compiled: readonly CompiledUpstream[], { createUpstream, clock, observe, accounts, environment, tracing }: UpstreamToolsOptions
): Generation {
  const upstreams: Upstream[] = []
  const running = createRunningCalls()
  const tools = compiled.flatMap(({ name, settings, verifyMs, tools: declared }) => {
    const upstream = createUpstream(name, settings, {
      clock,
      onEvent (event) {
        if (event.kind === 'tools-changed') verification.toolsChanged()
        observe({ kind: 'connection', upstream: name, event })
      },
      onConnected: caller => { verification.connected(caller) },
      onStandardError: line => { observe({ kind: 'standard-error', upstream: name, line }) },
      ...(environment === undefined ? {} : { environment })
    })
    // A REST API lists nothing: its document is read at review time.
    const verification = settings.transport.kind === 'rest'
      ? UNVERIFIED
      : createVerification({ upstream, tools: declared, revision: settings.revision, intervalMs: verifyMs, clock, observe })
    upstreams.push(upstream)
    const { timeoutMs } = settings.limits
    const surroundings = { upstream, verification, running, timeoutMs, clock, observe, accounts, tracing }
    return declared.map(tool => proxiedTool(tool, surroundings))
  })
  return { tools, upstreams, running }
}

/** Whether two sets of upstreams are the same: a reload that changes nothing about them keeps their sessions and processes. */
export function sameUpstreams (one: JsonValue, other: JsonValue): boolean {
  return canonicalJson(one) === canonicalJson(other)
}
