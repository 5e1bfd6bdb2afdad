// What does HTTP with Fastify cost alone? One JSON route without authentication, hooks, log or protocol: the body is
// parsed, and an answer of the same size is written.

import Fastify from 'fastify'
import { tellParent } from '../measured-process.ts'
import { describeTicket, referenceTicket } from '../reference-ticket.ts'
import { portOf } from './listening.ts'

interface Body { readonly id: number, readonly params: { readonly arguments: { readonly ticket_id: number } } }

const app = Fastify()
app.post<{ Body: Body }>('/mcp', (request, reply) => {
  const ticket = referenceTicket(request.body.params.arguments.ticket_id)
  reply.send({
    jsonrpc: '2.0',
    id: request.body.id,
    result: { content: [{ type: 'text', text: describeTicket(ticket) }], structuredContent: ticket }
  })
})
tellParent(await portOf(app))
