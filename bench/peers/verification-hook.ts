// How do the peers on Fastify learn whose token it is? A hook that verifies it, and tells the SDK where it looks.

import type { onRequestAsyncHookHandler } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { CHALLENGE, verifyHeader, type VerifyToken } from './token-verifier.ts'

export function verification (verify: VerifyToken): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const verified = await verifyHeader(request.headers.authorization, verify)
    if (verified === undefined) return reply.code(401).header('www-authenticate', CHALLENGE).send({ error: 'invalid_token' })
    const { token, clientId, scopes, subject } = verified
    const raw = request.raw as IncomingMessage & { auth?: object }
    raw.auth = { token, clientId, scopes, extra: { subject } }
  }
}
