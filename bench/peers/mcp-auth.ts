// mcp-auth in front of the SDK's first line on express; the answers about tokens are kept.
// Arguments: the origin of the authorization server, the database file.

import express from 'express'
import { MCPAuth } from 'mcp-auth'
import { ISSUER, RESOURCE } from '../servers/identifiers.ts'
import { listenWith } from './listening.ts'
import { sdkV1Endpoint } from './sdk-v1-endpoint.ts'
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
app.post('/mcp', auth, sdkV1Endpoint(tools))
listenWith(app)
