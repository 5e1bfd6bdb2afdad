// The usual way to put one MCP server in front of another: the SDK's server for each request, whose tools ask a client of the SDK. No
// token, no check, no log. Arguments: the origin of the other server, and `each` for a client for each request as well.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'
import Fastify from 'fastify'
import { tellParent } from '../measured-process.ts'
import { portOf } from './listening.ts'

const [origin = '', clients] = process.argv.slice(2)

async function connected (): Promise<Client> {
  const client = new Client({ name: 'forwarding', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/mcp`)))
  return client
}

const common = await connected()

async function withClient<Found> (ask: (client: Client) => Promise<Found>): Promise<Found> {
  if (clients !== 'each') return ask(common)
  const client = await connected()
  try {
    return await ask(client)
  } finally {
    await client.close()
  }
}

function createServer (): Server {
  const server = new Server({ name: 'forwarding', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/list', () => withClient(client => client.listTools()))
  server.setRequestHandler('tools/call', ({ params }) => withClient(client => client.callTool(params)))
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
