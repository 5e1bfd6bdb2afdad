// fastmcp, stateless, with its own `authenticate`; the answers about tokens are kept.
// Arguments: the origin of the authorization server, the database file.

import { FastMCP } from 'fastmcp'
import { z } from 'zod'
import { freePort } from '../free-port.ts'
import { tellParent } from '../measured-process.ts'
import { ticketTools } from './ticket-tools.ts'
import { CHALLENGE, createVerifier, verifyHeader } from './token-verifier.ts'

const [authorizationServer = '', database = ''] = process.argv.slice(2)
const verify = createVerifier(authorizationServer, { cached: true })

const server = new FastMCP<{ readonly subject: string }>({
  name: 'tickets',
  version: '1.0.0',
  async authenticate (request) {
    const verified = await verifyHeader(request.headers.authorization, verify)
    if (verified === undefined) throw new Response(null, { status: 401, headers: { 'www-authenticate': CHALLENGE } })
    return { subject: verified.subject }
  }
})
for (const { name, description, shape, run } of await ticketTools(database)) {
  server.addTool({
    name,
    description,
    parameters: z.object(shape),
    execute: async (args, { session }) => {
      const { content, structuredContent } = await run(args, session?.subject ?? '')
      return name === 'get_ticket' ? { content } : JSON.stringify(structuredContent)
    }
  })
}
// It does not say which port it has chosen, so it gets one.
const port = await freePort()
await server.start({ transportType: 'httpStream', httpStream: { host: '127.0.0.1', port, stateless: true, enableJsonResponse: true } })
tellParent(port)
