// Which pages may read which answers? @fastify/cors, in a scope for each of our addresses: registered for the whole
// server it would put its `OPTIONS *` and its headers on the host's own routes. Refusing an origin is for origin-hook.ts.

import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'

/** Asked for each request: what it holds may change. */
export interface OriginSet { readonly has: (origin: string) => boolean }

export interface CorsPolicy {
  readonly origins: 'any' | OriginSet
  readonly methods: readonly string[]
  /** The `Allow` header of every `OPTIONS`, preflight or not. */
  readonly allow: string
}

/** Headers that a page's script may read: the challenge before all. */
const EXPOSED = ['WWW-Authenticate', 'Retry-After', 'DPoP-Nonce']
const PREFLIGHT_MAX_AGE_SECONDS = 600

/** For the documents: anyone may read them. */
export const PUBLIC: CorsPolicy = { origins: 'any', methods: ['GET', 'HEAD'], allow: 'GET, HEAD, OPTIONS' }

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
  return { origins, methods: ['POST', 'GET', 'DELETE'], allow: 'POST, OPTIONS' }
}

/** A scope with the address as its prefix: routes in it have the URL `''`. */
export interface CorsScope {
  readonly instance: FastifyInstance
  readonly url: ''
  /** For every route in the scope: where the host's own @fastify/cors runs here too, it then says what ours would. */
  readonly config: FastifyContextConfig
}

/**
 * Registers the routes of one address, behind its CORS policy. Preflights of allowed origins are answered before any
 * route hook; everything else comes to the routes, `OPTIONS` of a foreign origin included.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function registerWithCors (instance: FastifyInstance, address: string, policy: CorsPolicy, register: (scope: CorsScope) => void): Promise<void> {
  const options = corsOptions(policy)
  await instance.register(async scope => {
    scope.addHook('onRequest', (request, reply, done) => {
      if (request.method === 'OPTIONS') reply.header('allow', policy.allow)
      done()
    })
    // A host that has registered the plugin for everything has its hook here already; a second one would not start.
    if (!scope.hasPlugin('@fastify/cors')) await scope.register(cors, options)
    register({ instance: scope, url: '', config: contextConfig({ cors: options }) })
  }, { prefix: address })
}

function corsOptions ({ origins, methods }: CorsPolicy): FastifyCorsOptions {
  return {
    origin: origins === 'any' ? '*' : (origin, callback) => { callback(null, origin !== undefined && origins.has(origin)) },
    methods: [...methods],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
    // An OPTIONS without the members of a preflight is answered too; refused, it would be in the shape of the plugin.
    strictPreflight: false
    // No allowedHeaders: what is asked for is echoed, since `Mcp-Param-*` names depend on the tools and grant nothing.
  }
}

/** Fastify knows the members that installed plugins have declared. */
function contextConfig (members: object): FastifyContextConfig {
  return members
}
