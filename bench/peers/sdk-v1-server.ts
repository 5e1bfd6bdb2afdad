// A server of the SDK's first line, as it is made again for every request.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { PeerTool } from './ticket-tools.ts'

export function createSdkV1Server (tools: readonly PeerTool[]): McpServer {
  const server = new McpServer({ name: 'tickets', version: '1' })
  for (const { name, description, shape, run } of tools) {
    server.registerTool(name, { description, inputSchema: shape }, (args, { authInfo }) => run(args, String(authInfo?.extra?.['subject'])))
  }
  return server
}
