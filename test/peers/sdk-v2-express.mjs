// The official SDK, second line, with its adapter for Express: bearer authentication and metadata of the adapter, both eras.

import {
  createMcpExpressApp, getOAuthProtectedResourceMetadataUrl, mcpAuthMetadataRouter, requireBearerAuth
} from '@modelcontextprotocol/express'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer, OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { greet, introspect, port, ready, resource, scopes, serverMetadata } from './practice-verifier.mjs'

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'greeter', version: '1.0.0' })
  server.registerTool('greet', { inputSchema: z.object({ name: z.string() }) }, greet)
  return server
})
const handle = toNodeHandler(handler)

const app = createMcpExpressApp()
const resourceServerUrl = new URL(resource)
app.use(mcpAuthMetadataRouter({ oauthMetadata: serverMetadata, resourceServerUrl, scopesSupported: scopes }))
const auth = requireBearerAuth({
  verifier: {
    async verifyAccessToken (token) {
      try {
        return await introspect(token)
      } catch {
        throw new OAuthError(OAuthErrorCode.InvalidToken, 'Invalid token')
      }
    }
  },
  requiredScopes: scopes,
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl)
})
app.all('/mcp', auth, (request, response) => handle(request, response, request.body))
app.listen(port, 'localhost', ready)
