// Sends an HttpAnswer through Fastify.

import type { FastifyReply } from 'fastify'
import type { HttpAnswer } from './http-answer.ts'

const CHALLENGE = 'www-authenticate'

export function sendAnswer (reply: FastifyReply, { status, headers, body }: HttpAnswer): FastifyReply {
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    // Fastify writes names in lower case; people look for this one as every tutorial spells it.
    if (name === CHALLENGE) reply.raw.setHeader('WWW-Authenticate', value)
    else reply.header(name, value)
  }
  return reply.code(status).send(body)
}
