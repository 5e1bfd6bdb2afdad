// mcp-auth in front of the official SDK's first line on Express, stateless: metadata and bearer authentication of mcp-auth.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
import { MCPAuth, MCPAuthTokenVerificationError } from 'mcp-auth'
import { z } from 'zod'
import { greet, introspect, port, ready, resource, scopes, serverMetadata } from './practice-verifier.mjs'

const mcpAuth = new MCPAuth({
  protectedResources: [{
    metadata: { resource, scopesSupported: scopes, authorizationServers: [{ issuer: serverMetadata.issuer, type: 'oauth' }] }
  }]
})

const app = express()
app.use(express.json())
app.use(mcpAuth.protectedResourceMetadataRouter())
const verify = token => introspect(token).catch(cause => { throw new MCPAuthTokenVerificationError('invalid_token', cause) })
app.use('/mcp', mcpAuth.bearerAuth(verify, { resource, audience: resource, requiredScopes: scopes }))
app.all('/mcp', async (request, response) => {
  const server = new McpServer({ name: 'greeter', version: '1.0.0' })
  server.registerTool('greet', { inputSchema: { name: z.string() } }, greet)
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  response.on('close', () => { transport.close() })
  await server.connect(transport)
  await transport.handleRequest(request, response, request.body)
})
app.listen(port, 'localhost', ready)
