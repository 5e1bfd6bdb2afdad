// What does asking an authorization server cost alone? The bare route with one undici request before each answer.
// Argument: the origin of the authorization server.

import Fastify from 'fastify'
import { Pool } from 'undici'
import { tellParent } from '../measured-process.ts'
import { describeTicket, referenceTicket } from '../reference-ticket.ts'
import { isActive } from './introspection.ts'
import { portOf } from './listening.ts'

interface Body { readonly id: number, readonly params: { readonly arguments: { readonly ticket_id: number } } }

const pool = new Pool(process.argv[2] ?? '', { connections: 64 })
const app = Fastify()
app.post<{ Body: Body }>('/mcp', async (request, reply) => {
  if (!await isActive(pool, request.headers.authorization)) return reply.code(401).send()
  const ticket = referenceTicket(request.body.params.arguments.ticket_id)
  return reply.send({
    jsonrpc: '2.0',
    id: request.body.id,
    result: { content: [{ type: 'text', text: describeTicket(ticket) }], structuredContent: ticket }
  })
})
tellParent(await portOf(app))
