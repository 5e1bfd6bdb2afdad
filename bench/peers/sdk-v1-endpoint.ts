// The SDK's first line on express, as its examples have it: a server and a transport for each request.

import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { RequestHandler } from 'express'
import { createSdkV1Server } from './sdk-v1-server.ts'
import type { PeerTool } from './ticket-tools.ts'

export function sdkV1Endpoint (tools: readonly PeerTool[]): RequestHandler {
  return async (request, response) => {
    const server = createSdkV1Server(tools)
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    response.on('close', () => {
      transport.close().catch(() => {})
      server.close().catch(() => {})
    })
    await server.connect(transport as never)
    await transport.handleRequest(request, response, request.body)
  }
}
