// CORS for the gateway's routes: @fastify/cors in one scope for each address. Registered for the whole server it would add its
// `OPTIONS *` route and its headers to the host's own routes. Foreign origins are refused in origin-hook.ts.

import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'
import { memoizeLast } from '../../kernel/memoize.ts'
import type { RequestHook } from './request-hook.ts'

/** Queried for each request, because a reload may change it. */
export interface OriginSet { readonly has: (origin: string) => boolean }

export interface CorsPolicy {
  readonly origins: 'any' | OriginSet
  readonly methods: readonly string[]
  /** The `Allow` header of every answer to `OPTIONS`, preflight or not. */
  readonly allow: string
  /** Headers that a page's script may read. Default: those of challenges and refusals. */
  readonly exposed?: readonly string[]
  /** Headers that a page may send. Default: what the preflight asks for. */
  readonly allowedHeaders?: readonly string[]
}

/** Headers that a page's script may read. */
const EXPOSED = ['WWW-Authenticate', 'Retry-After', 'DPoP-Nonce']
const PREFLIGHT_MAX_AGE_SECONDS = 600

/** For documents, which anyone may read. */
export const PUBLIC: CorsPolicy = { origins: 'any', methods: ['GET', 'HEAD'], allow: 'GET, HEAD, OPTIONS' }

/** @param listed returns the same array until the list changes */
export function createOriginSet (listed: () => readonly string[]): OriginSet {
  const setOf = memoizeLast((origins: readonly string[]) => new Set(origins))
  return { has: origin => setOf(listed()).has(origin) }
}

/** With GET and DELETE, so that a page sees the 405 and not an opaque network error. */
export function endpointCors (origins: OriginSet): CorsPolicy {
  return { origins, methods: ['POST', 'GET', 'DELETE'], allow: 'POST, OPTIONS' }
}

/**
 * Puts this policy on every route of a scope. Preflights of allowed origins are answered before any route hook; everything else
 * reaches the routes, `OPTIONS` of a foreign origin included.
 * @param scope registered with the address as its prefix, and empty so far
 * @returns the `config` for each route of the scope: a host's own @fastify/cors reads the same policy there
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function useCors (scope: FastifyInstance, policy: CorsPolicy): Promise<FastifyContextConfig> {
  const options = corsOptions(policy)
  scope.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS') reply.header('allow', policy.allow)
    done()
  })
  // A host that has registered the plugin for everything has its hook here already; a second one would not start.
  if (!scope.hasPlugin('@fastify/cors')) await scope.register(cors, options)
  return contextConfig({ cors: options, mcpResourceGateway: true })
}

/** For routes that answer `OPTIONS`, as their last hook: a body is not read, since it may come without a token. */
export const answerOptions: RequestHook = (_request, reply) => { reply.code(204).send() }

function corsOptions ({ origins, methods, exposed = EXPOSED, allowedHeaders }: CorsPolicy): FastifyCorsOptions {
  return {
    origin: origins === 'any' ? '*' : (origin, callback) => { callback(null, origin !== undefined && origins.has(origin)) },
    methods: [...methods],
    exposedHeaders: [...exposed],
    ...(allowedHeaders === undefined ? {} : { allowedHeaders: [...allowedHeaders] }),
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
    // An OPTIONS that is no preflight is answered by our routes; the plugin would refuse it in its own error shape.
    strictPreflight: false
    // Without allowedHeaders, requested names are echoed: `Mcp-Param-*` names depend on the tools, and grant nothing.
  }
}

/** FastifyContextConfig has only the members that installed plugins declare. */
function contextConfig (members: object): FastifyContextConfig {
  return members
}
