// The usual way to put one MCP server in front of another: the SDK's server for each request, whose tools ask one client of the SDK. No
// token, no check, no log. Argument: the origin of the other server.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'
import Fastify from 'fastify'
import { tellParent } from '../measured-process.ts'
import { portOf } from './listening.ts'

const [origin = ''] = process.argv.slice(2)
const client = new Client({ name: 'forwarding', version: '1' })
await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/mcp`)))

function createServer (): Server {
  const server = new Server({ name: 'forwarding', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/list', async () => client.listTools())
  server.setRequestHandler('tools/call', async ({ params }) => client.callTool(params))
  return server
}

const handler = createMcpHandler(createServer)
const app = Fastify()
app.post('/mcp', async (request, reply) => {
  const asked = new Request(`http://${request.headers.host}/mcp`, {
    method: 'POST', headers: request.headers as Record<string, string>, body: JSON.stringify(request.body)
  })
  const answer = await handler.fetch(asked, { parsedBody: request.body })
  const body = await answer.text()
  return reply.code(answer.status).type(answer.headers.get('content-type') ?? 'application/json').send(body)
})
tellParent(await portOf(app))
