// The SDK's second line on Fastify, behind a hook that verifies the token; the answers about tokens are kept.
// Arguments: the origin of the authorization server, the database file, "handler" for createMcpHandler (both eras), or
// "transport" for a server and a transport for each request, as the adapter's README has it.

import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import Fastify from 'fastify'
import { z } from 'zod'
import { tellParent } from '../measured-process.ts'
import { portOf } from '../servers/listening.ts'
import { ticketTools } from './ticket-tools.ts'
import { createVerifier } from './token-verifier.ts'
import { verification } from './verification-hook.ts'

const [authorizationServer = '', database = '', idiom] = process.argv.slice(2)
const verify = createVerifier(authorizationServer, { cached: true })
const tools = (await ticketTools(database)).map(tool => ({ ...tool, input: z.object(tool.shape) }))

function createServer (): McpServer {
  const server = new McpServer({ name: 'tickets', version: '1' })
  for (const { name, description, input, run } of tools) {
    server.registerTool(name, {
      description,
      inputSchema: input
    }, (args, context) => run(args, String(context.http?.authInfo?.extra?.['subject'])))
  }
  return server
}

const handle = toNodeHandler(createMcpHandler(() => createServer()))
const app = Fastify()
app.addHook('onRequest', verification(verify))
app.post('/mcp', async (request, reply) => {
  reply.hijack()
  if (idiom === 'handler') return handle(request.raw as never, reply.raw as never, request.body)
  const server = createServer()
  const transport = new NodeStreamableHTTPServerTransport({ enableJsonResponse: true })
  reply.raw.on('close', () => {
    transport.close().catch(() => {})
    server.close().catch(() => {})
  })
  await server.connect(transport)
  await transport.handleRequest(request.raw, reply.raw, request.body)
})
tellParent(await portOf(app))
