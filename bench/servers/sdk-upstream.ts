// The official SDK's client in the place of our transports, behind the same port and the same gateway. One session or process for all
// callers, no limits, and nothing of it is renewed: less work than ours does.

import { Client, ProtocolError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Cancellation } from '../../src/kernel/cancellation.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { ok } from '../../src/kernel/result.ts'
import type { CreateUpstream, UpstreamCall, UpstreamOutcome, UpstreamTransport } from '../../src/upstream/upstream-port.ts'

async function connected (transport: Exclude<UpstreamTransport, { readonly kind: 'rest' }>): Promise<Client> {
  const client = new Client({ name: 'mcp-resource-gateway', version: '1' })
  await client.connect(transport.kind === 'http'
    ? new StreamableHTTPClientTransport(new URL(transport.url))
    : new StdioClientTransport({ command: transport.command, args: [...transport.args], stderr: 'ignore' }))
  return client
}

export const createSdkUpstream: CreateUpstream = (name, { transport, revision = '' }) => {
  let connecting: Promise<Client> | undefined
  if (transport.kind === 'rest') throw new Error('expected an MCP server')
  const client = (): Promise<Client> => {
    connecting ??= connected(transport)
    return connecting
  }
  return {
    name,
    async call ({ tool, arguments: args, timeoutMs, signal }: UpstreamCall): Promise<UpstreamOutcome> {
      try {
        const result = await (await client()).callTool({ name: tool, arguments: args }, {
          ...(timeoutMs !== undefined && { timeout: timeoutMs }),
          ...(signal && { signal: signal instanceof Cancellation ? signal.signal : signal as AbortSignal })
        })
        return { kind: 'answered', result: result as JsonObject }
      } catch (failure) {
        if (failure instanceof ProtocolError) return { kind: 'refused', code: failure.code, message: failure.message, executed: 'unknown' }
        return { kind: 'unknown', reason: 'broken-stream' }
      }
    },
    async list () {
      const { tools } = await (await client()).listTools()
      return ok({ revision, server: { name, version: '1' }, capabilities: {}, tools: tools as unknown as JsonObject[] })
    },
    state: () => ({ breaker: 'closed', connections: 1, callsInFlight: 0, strayMessages: 0 }),
    close: async () => { await (await client()).close() }
  }
}
