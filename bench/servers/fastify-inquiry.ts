// What does asking an authorization server cost by itself? The bare route with one undici request before each answer.
// Argument: the origin of the authorization server.

import Fastify from 'fastify'
import { Pool } from 'undici'
import { tellParent } from '../measured-process.ts'
import { describeTicket, referenceTicket } from '../reference-ticket.ts'
import { portOf } from './listening.ts'

interface Body { readonly id: number, readonly params: { readonly arguments: { readonly ticket_id: number } } }

const pool = new Pool(process.argv[2] ?? '', { connections: 64 })
const app = Fastify()
app.post<{ Body: Body }>('/mcp', async (request, reply) => {
  const { statusCode, body } = await pool.request({
    path: '/introspect',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: `token=${(request.headers.authorization ?? '').slice(7)}`
  })
  const { active } = await body.json() as { active?: unknown }
  if (statusCode !== 200 || active !== true) return reply.code(401).send()
  const ticket = referenceTicket(request.body.params.arguments.ticket_id)
  return reply.send({ jsonrpc: '2.0', id: request.body.id, result: { content: [{ type: 'text', text: describeTicket(ticket) }], structuredContent: ticket } })
})
tellParent(await portOf(app))
