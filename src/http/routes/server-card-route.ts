// The route of the server card (draft, SEP-2127): public, cacheable, and unchanged answers are 304. The headers that the draft asks
// for are on every answer, not on preflights only, since a catalogue checks the answer that it gets.

import type { FastifyInstance } from 'fastify'
import { answerOptions, useCors, type CorsPolicy } from '../hooks/cors.ts'
import type { LimitHooks } from '../hooks/request-hook.ts'

export interface PublishedCard {
  readonly json: string
  /** An entity tag with its quotation marks. */
  readonly etag: string
}

export interface ServerCardRouteOptions {
  /** Read at each request, since the tools may be replaced. */
  readonly card: () => PublishedCard
  readonly limits: Pick<LimitHooks, 'beforeAuthentication'>
}

const METHODS = ['GET'] as const
const REQUEST_HEADERS = ['Content-Type', 'If-None-Match'] as const
const CARD_CORS: CorsPolicy = {
  origins: 'any', methods: METHODS, allow: 'GET, HEAD, OPTIONS', exposed: ['ETag'], allowedHeaders: REQUEST_HEADERS
}
const HEADERS = {
  'cache-control': 'public, max-age=3600',
  'access-control-allow-methods': METHODS.join(', '),
  'access-control-allow-headers': REQUEST_HEADERS.join(', '),
  'x-content-type-options': 'nosniff'
} as const

/** @see https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2127 */
export async function registerServerCard (
  instance: FastifyInstance, path: string, { card, limits }: ServerCardRouteOptions
): Promise<void> {
  await instance.register(async scope => {
    const config = await useCors(scope, CARD_CORS)
    scope.get('', { config, onRequest: [...limits.beforeAuthentication] }, (request, reply) => {
      const { json, etag } = card()
      reply.headers(HEADERS).header('etag', etag)
      if (isCurrent(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.header('content-type', 'application/mcp-server-card+json').send(json)
    })
    scope.options('', { config, onRequest: answerOptions }, (_request, reply) => reply.code(204).send())
  }, { prefix: path })
}

/** RFC 9110 section 13.1.2: compared weakly, and `*` is any. */
function isCurrent (condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  return condition.split(',').map(item => item.trim().replace(/^W\//, '')).some(item => item === '*' || item === etag)
}
