// express with the official SDK's first line: requireBearerAuth, a server and a transport for each request.
// Arguments: the origin of the authorization server, the database file, "cached" or "uncached".

import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import express from 'express'
import { RESOURCE } from '../servers/identifiers.ts'
import { listenWith } from './listening.ts'
import { sdkV1Endpoint } from './sdk-v1-endpoint.ts'
import { ticketTools } from './ticket-tools.ts'
import { createVerifier } from './token-verifier.ts'

const [authorizationServer = '', database = '', kept] = process.argv.slice(2)
const verify = createVerifier(authorizationServer, { cached: kept === 'cached' })
const tools = await ticketTools(database)

const app = express()
app.use(express.json())
const auth = requireBearerAuth({
  verifier: {
    async verifyAccessToken (token) {
      const { clientId, scopes, expiresAt, subject, issuer } = await verify(token)
      return { token, issuer, clientId, scopes, expiresAt, extra: { subject } }
    }
  },
  requiredScopes: ['mcp:tickets:read'],
  resourceMetadataUrl: new URL('/.well-known/oauth-protected-resource/mcp', RESOURCE).href
})
app.post('/mcp', auth, sdkV1Endpoint(tools))
listenWith(app)
