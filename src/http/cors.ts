// Which pages may read which answers? One hook for each of our routes: nothing is registered for the whole server, so
// the host's own routes, and its own CORS, stay as they are.

import type { FastifyContextConfig, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'

/** Asked for each request: what it holds may change. */
export interface OriginSet { readonly has: (origin: string) => boolean }

export interface CorsPolicy {
  readonly origins: 'any' | OriginSet
  readonly methods: readonly string[]
}

/** Headers that a page's script may read: the challenge before all. */
const EXPOSED = 'WWW-Authenticate, Retry-After'
const PREFLIGHT_MAX_AGE_SECONDS = '600'

/** For the documents: anyone may read them. */
export const PUBLIC: CorsPolicy = { origins: 'any', methods: ['GET', 'HEAD'] }

/** @param listed gives the same list until it has changed */
export function createOriginSet (listed: () => readonly string[]): OriginSet {
  let list = listed()
  let set = new Set(list)
  return {
    has (origin) {
      if (list !== listed()) {
        list = listed()
        set = new Set(list)
      }
      return set.has(origin)
    }
  }
}

/** GET and DELETE too, so that a page sees the 405 and not an opaque network error. */
export function endpointCors (origins: OriginSet): CorsPolicy {
  return { origins, methods: ['POST', 'GET', 'DELETE'] }
}

/** Set on our routes: the hook of a host that uses @fastify/cors for everything then passes over them. */
export const ROUTE_CONFIG: { readonly config: FastifyContextConfig } = { config: contextConfig({ cors: false }) }

/** Fastify knows the members that installed plugins have declared; the one meant here belongs to a plugin of the host's. */
function contextConfig (members: object): FastifyContextConfig {
  return members
}

/**
 * Answers a preflight by itself and lets everything else pass; refusing an origin is for createOriginHook.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCorsHook ({ origins, methods }: CorsPolicy): (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void {
  const allowedMethods = methods.join(', ')

  return function allowOrigins (request, reply, done) {
    const { origin, 'access-control-request-method': asked, 'access-control-request-headers': askedHeaders } = request.headers
    if (origins !== 'any') addVary(reply, 'Origin')
    if (origins === 'any') reply.header('access-control-allow-origin', '*')
    else if (origin !== undefined && origins.has(origin)) reply.header('access-control-allow-origin', origin)
    // Only a page reads it, and pages say where they come from.
    if (origin !== undefined || origins === 'any') reply.header('access-control-expose-headers', EXPOSED)

    if (request.method !== 'OPTIONS' || origin === undefined || asked === undefined) return done()
    addVary(reply, 'Access-Control-Request-Headers')
    reply.header('access-control-allow-methods', allowedMethods).header('access-control-max-age', PREFLIGHT_MAX_AGE_SECONDS)
    // Whatever is asked for: `Mcp-Param-*` names depend on the tools, and no header grants anything here.
    if (askedHeaders !== undefined) reply.header('access-control-allow-headers', askedHeaders)
    reply.code(204).send()
  }
}

function addVary (reply: FastifyReply, name: string): void {
  const earlier = reply.getHeader('vary')
  reply.header('vary', earlier === undefined ? name : `${String(earlier)}, ${name}`)
}
