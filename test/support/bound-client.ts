// A client library (oauth4webapi) that knows nothing of the gateway: how it is started, and the calls that it makes.

import type { Test } from 'tap'
import { startProtectedGateway, type ProtectedGateway, type ProtectedGatewayOptions } from './protected-gateway.ts'

export async function startForLibrary (t: Test, options: ProtectedGatewayOptions): Promise<ProtectedGateway> {
  const gateway = await startProtectedGateway(options)
  t.teardown(gateway.close)
  return gateway
}

export const call = (name: string, args: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
export const HEADERS =
  { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' }
