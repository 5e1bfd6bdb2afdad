// fastify-mcp, stateless, behind a hook that verifies the token; the answers about tokens are kept.
// Arguments: the origin of the authorization server, the database file.

import Fastify from 'fastify'
import { streamableHttp } from 'fastify-mcp'
import type { IncomingMessage } from 'node:http'
import { tellParent } from '../measured-process.ts'
import { portOf } from '../servers/listening.ts'
import { createSdkV1Server } from './sdk-v1-server.ts'
import { ticketTools } from './ticket-tools.ts'
import { CHALLENGE, createVerifier, verifyHeader } from './token-verifier.ts'

const [authorizationServer = '', database = ''] = process.argv.slice(2)
const verify = createVerifier(authorizationServer, { cached: true })
const tools = await ticketTools(database)

const app = Fastify()
app.addHook('onRequest', async (request, reply) => {
  const verified = await verifyHeader(request.headers.authorization, verify)
  if (verified === undefined) return reply.code(401).header('www-authenticate', CHALLENGE).send({ error: 'invalid_token' })
  const { token, clientId, scopes, subject } = verified
  const raw = request.raw as IncomingMessage & { auth?: object }
  raw.auth = { token, clientId, scopes, extra: { subject } }
})
await app.register(streamableHttp, { stateful: false, mcpEndpoint: '/mcp', createServer: () => createSdkV1Server(tools).server as never })
tellParent(await portOf(app))
