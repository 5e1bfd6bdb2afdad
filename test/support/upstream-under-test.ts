// Upstreams with hostile servers behind them, as tests open them: over HTTP and over stdio, in any revision, with every event recorded.

import type { Test } from 'tap'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import type {
  StdioTransport, Upstream, UpstreamCall, UpstreamEvent, UpstreamIsolation, UpstreamLimits, UpstreamPerson, UpstreamSettings,
  UpstreamTransport
} from '../../src/upstream/upstream-port.ts'
import { startHostileHttp, type HostileHttp, type HostileHttpOptions } from './hostile-http.ts'
import { hostileProgram } from './hostile-program.ts'
import type { HostileStdioOptions } from './hostile-stdio.ts'

export const LEGACY = '2025-11-25'
export const MODERN = '2026-07-28'

export const inga: UpstreamPerson = { person: { issuer: 'https://as.example', subject: '1004' }, clientId: 'app' }
export const hiro: UpstreamPerson = { person: { issuer: 'https://as.example', subject: '1005' }, clientId: 'app' }

export interface OpenOptions {
  readonly limits?: Partial<UpstreamLimits>
  readonly isolation?: UpstreamIsolation
  /** `null`: never reviewed. Default: that of the server. */
  readonly revision?: string | null
  readonly clock?: Clock
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export interface UpstreamUnderTest {
  readonly upstream: Upstream
  readonly events: UpstreamEvent[]
  /** For whom a session has begun or a process has started. */
  readonly connected: Array<UpstreamPerson | undefined>
  /** Lines of standard error, where the transport passes them on. */
  readonly errorLines: string[]
  /** Calls a tool for `inga`. */
  readonly call: (tool: string, args?: JsonObject, more?: Partial<UpstreamCall>) => ReturnType<Upstream['call']>
}

const LIMITS: UpstreamLimits = { timeoutMs: 20_000, idleMs: 60_000, maxConnections: 8, concurrent: 2000, maxResultBytes: 100_000 }

export function callOf (tool: string, args: JsonObject = {}, more: Partial<UpstreamCall> = {}): UpstreamCall {
  return { tool, arguments: args, caller: inga, changes: false, ...more }
}

export function openUpstream (t: Test, transport: UpstreamTransport, revision: string, options: OpenOptions = {}): UpstreamUnderTest {
  const { limits, isolation = 'client', clock = systemClock, environment } = options
  const events: UpstreamEvent[] = []
  const connected: Array<UpstreamPerson | undefined> = []
  const errorLines: string[] = []
  const stated = options.revision === undefined ? revision : options.revision
  const settings: UpstreamSettings =
    { transport, isolation, limits: { ...LIMITS, ...limits }, ...(stated !== null && { revision: stated }) }
  const upstream = createUpstream('hostile', settings, {
    clock,
    onEvent: event => { events.push(event) },
    onConnected: caller => { connected.push(caller) },
    onStandardError: line => { errorLines.push(line) },
    ...(environment && { environment })
  })
  t.teardown(() => upstream.close(0))
  return { upstream, events, connected, errorLines, call: (tool, args, more) => upstream.call(callOf(tool, args, more)) }
}

export async function openHttp (
  t: Test, server: HostileHttpOptions, options: OpenOptions & { readonly headers?: Readonly<Record<string, string>> } = {}
): Promise<UpstreamUnderTest & { readonly server: HostileHttp }> {
  const started = await startHostileHttp(server)
  const opened = openUpstream(t, { kind: 'http', url: started.url, headers: options.headers ?? {} }, server.revision, options)
  t.teardown(started.close)
  return { ...opened, server: started }
}

export function stdioTransport (server: HostileStdioOptions, more: Partial<StdioTransport> = {}): StdioTransport {
  return {
    kind: 'stdio',
    command: process.execPath,
    args: [hostileProgram(), JSON.stringify(server)],
    cwd: process.cwd(),
    env: {},
    wrapper: [],
    startTimeoutMs: 20_000,
    ...more
  }
}

export function openStdio (
  t: Test, server: HostileStdioOptions, options: OpenOptions & { readonly transport?: Partial<StdioTransport> } = {}
): UpstreamUnderTest {
  return openUpstream(t, stdioTransport(server, options.transport), server.revision, options)
}
