// Which pages may read which answers? Options for @fastify/cors, set route by route so that nothing leaks onto the
// host application's own routes.

import type { FastifyCorsOptions } from '@fastify/cors'

/** Headers that a page's script may read: the challenge before all. */
const EXPOSED = ['WWW-Authenticate', 'Retry-After']

/** Allowed request headers are left out: the list of a preflight is then echoed, whatever `Mcp-Param-*` it names. */
export function endpointCors (allowedOrigins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...allowedOrigins],
    // GET and DELETE too, so that a browser client sees the 405 and not an opaque network error.
    methods: ['POST', 'GET', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 600
  }
}

export const PUBLIC_CORS: FastifyCorsOptions = { origin: '*', methods: ['GET', 'HEAD'], exposedHeaders: EXPOSED, maxAge: 600 }
