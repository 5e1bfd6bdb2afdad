// mcp-auth in front of the SDK's first line on express; the answers about tokens are kept.
// Arguments: the origin of the authorization server, the database file.

import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
import { MCPAuth } from 'mcp-auth'
import { ISSUER, RESOURCE } from '../servers/identifiers.ts'
import { listenWith } from './listening.ts'
import { createSdkV1Server } from './sdk-v1-server.ts'
import { ticketTools } from './ticket-tools.ts'
import { createVerifier } from './token-verifier.ts'

const [authorizationServer = '', database = ''] = process.argv.slice(2)
const verify = createVerifier(authorizationServer, { cached: true })
const tools = await ticketTools(database)
const mcpAuth = new MCPAuth({
  protectedResources: {
    metadata: {
      resource: RESOURCE,
      scopesSupported: ['mcp:tickets:read'],
      authorizationServers: [{
        type: 'oauth',
        metadata: {
          issuer: ISSUER,
          authorizationEndpoint: `${ISSUER}/authorize`,
          tokenEndpoint: `${ISSUER}/token`,
          responseTypesSupported: ['code'],
          grantTypesSupported: ['authorization_code'],
          codeChallengeMethodsSupported: ['S256'],
          registrationEndpoint: `${ISSUER}/register`
        }
      }]
    }
  }
})

const app = express()
app.use(express.json())
const auth = mcpAuth.bearerAuth(async token => {
  const { clientId, scopes, expiresAt, subject, issuer, audience } = await verify(token)
  return { token, clientId, scopes, expiresAt, subject, issuer, audience, extra: { subject } }
}, { resource: RESOURCE, audience: RESOURCE, requiredScopes: ['mcp:tickets:read'] })
app.post('/mcp', auth, async (request, response) => {
  const server = createSdkV1Server(tools)
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  response.on('close', () => {
    transport.close().catch(() => {})
    server.close().catch(() => {})
  })
  await server.connect(transport as never)
  await transport.handleRequest(request, response, request.body)
})
listenWith(app)
