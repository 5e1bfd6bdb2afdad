// fastify-mcp, stateless, behind a hook that verifies the token; the answers about tokens are kept.
// Arguments: the origin of the authorization server, the database file.

import Fastify from 'fastify'
import { streamableHttp } from 'fastify-mcp'
import { tellParent } from '../measured-process.ts'
import { portOf } from '../servers/listening.ts'
import { createSdkV1Server } from './sdk-v1-server.ts'
import { ticketTools } from './ticket-tools.ts'
import { createVerifier } from './token-verifier.ts'
import { verification } from './verification-hook.ts'

const [authorizationServer = '', database = ''] = process.argv.slice(2)
const verify = createVerifier(authorizationServer, { cached: true })
const tools = await ticketTools(database)

const app = Fastify()
app.addHook('onRequest', verification(verify))
await app.register(streamableHttp, { stateful: false, mcpEndpoint: '/mcp', createServer: () => createSdkV1Server(tools).server as never })
tellParent(await portOf(app))
