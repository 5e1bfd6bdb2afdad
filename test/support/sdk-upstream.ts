// The official SDK's client behind the port of upstreams, for comparison: what our own transports say of a server must be what the SDK
// says.
// No limits, no isolation and no renewal of sessions.

import { Client, ProtocolError, SdkError, SdkErrorCode, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Test } from 'tap'
import { Cancellation } from '../../src/kernel/cancellation.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { ok } from '../../src/kernel/result.ts'
import type { Upstream, UpstreamCall, UpstreamOutcome, UpstreamTransport } from '../../src/upstream/upstream-port.ts'
import { callOf, type UpstreamUnderTest } from './upstream-under-test.ts'

export async function openSdk (t: Test, transport: UpstreamTransport, revision: string): Promise<UpstreamUnderTest> {
  const client = new Client({ name: 'compared', version: '1' },
    { versionNegotiation: { mode: revision >= '2026' ? { pin: revision } : 'legacy' } })
  if (transport.kind === 'rest') throw new Error('expected an MCP server')
  await client.connect(transport.kind === 'http'
    ? new StreamableHTTPClientTransport(new URL(transport.url))
    : new StdioClientTransport({ command: transport.command, args: [...transport.args], env: { ...transport.env }, stderr: 'ignore' }))
  t.teardown(() => client.close())

  async function call ({ tool, arguments: args, onProgress, timeoutMs, signal }: UpstreamCall): Promise<UpstreamOutcome> {
    try {
      const { _meta: _ofThisHop, ...result } = await client.callTool({ name: tool, arguments: args }, {
        ...(onProgress && { onprogress: onProgress as (progress: object) => void }),
        ...(timeoutMs !== undefined && { timeout: timeoutMs }),
        ...(signal && { signal: signal instanceof Cancellation ? signal.signal : signal as AbortSignal })
      })
      return { kind: 'answered', result: result as JsonObject }
    } catch (failure) {
      if (failure instanceof ProtocolError) return { kind: 'refused', code: failure.code, message: failure.message, executed: 'unknown' }
      const timedOut = failure instanceof SdkError && failure.code === SdkErrorCode.RequestTimeout
      return { kind: 'unknown', reason: timedOut ? 'timeout' : 'broken-stream' }
    }
  }

  const upstream: Upstream = {
    name: 'sdk',
    call,
    async list () {
      const { tools } = await client.listTools()
      const { name = '', version = '' } = client.getServerVersion() ?? {}
      return ok({ revision, server: { name, version }, capabilities: {}, tools: tools as unknown as JsonObject[] })
    },
    state: () => ({ breaker: 'closed', connections: 1, callsInFlight: 0, strayMessages: 0 }),
    close: () => client.close()
  }
  return { upstream, events: [], connected: [], errorLines: [], call: (tool, args, more) => call(callOf(tool, args, more)) }
}
