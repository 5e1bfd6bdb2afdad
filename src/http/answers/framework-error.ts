// The HTTP answer to a request that Fastify could not read, such as one whose body is not JSON: a JSON-RPC error, never Fastify's
// own error shape.

import type { JsonLimits } from '../../kernel/json-excess.ts'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

/** The part of Fastify's errors that is read: https://fastify.dev/docs/latest/Reference/Errors/ */
interface FrameworkError { readonly code?: unknown, readonly statusCode?: unknown }

/** The code of a body with a content coding, next to Fastify's codes. */
export const CODED_BODY = 'GW_CODED_BODY'
/** The codes of a body that would cost much to parse. */
export const EXCESSIVE_BODY = { members: 'GW_CROWDED_BODY', depth: 'GW_DEEP_BODY', nodes: 'GW_SCATTERED_BODY' } as const
/** More than the arguments of any tool have. */
export const BODY_LIMITS: JsonLimits = { members: 1000, depth: 1000, nodes: 10_000 }
/** The codes of a body that JSON.parse takes, and whose values could be read in two ways. */
export const FLAWED_BODY = { 'repeated-member': 'GW_REPEATED_MEMBER', prototype: 'FST_ERR_CTP_INVALID_JSON_BODY' } as const

/** @returns `undefined` for an error that the request did not cause */
export function unreadableRequestAnswer (error: FrameworkError): HttpAnswer | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refusal(415, RPC.invalidRequest, 'Invalid request: Content-Type must be application/json')
    case CODED_BODY:
      return refusal(415, RPC.invalidRequest, 'Invalid request: the body must not be compressed')
    case EXCESSIVE_BODY.members:
      return refusal(400, RPC.invalidRequest, `Invalid request: an object with more than ${BODY_LIMITS.members} members`)
    case EXCESSIVE_BODY.depth:
      return refusal(400, RPC.invalidRequest, `Invalid request: more than ${BODY_LIMITS.depth} objects and lists within each other`)
    case EXCESSIVE_BODY.nodes:
      return refusal(400, RPC.invalidRequest, `Invalid request: more than ${BODY_LIMITS.nodes} objects and lists`)
    case FLAWED_BODY['repeated-member']:
      return refusal(400, RPC.invalidRequest, 'Invalid request: an object has one member twice')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusal(413, RPC.invalidRequest, 'Invalid request: the body is too large')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return refusal(400, RPC.parseError, 'Parse error: the body is empty')
    case FLAWED_BODY.prototype:
      return refusal(400, RPC.parseError, 'Parse error: the body is not JSON')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refusal(400, RPC.invalidRequest, 'Invalid request: Content-Length does not match the body')
  }
  if (error instanceof SyntaxError) return refusal(400, RPC.parseError, 'Parse error: the body is not JSON')
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) {
    return refusal(error.statusCode, RPC.invalidRequest, 'Invalid request')
  }
  // A hook of the host, such as that of @fastify/under-pressure, which sets Retry-After itself.
  if (error.statusCode === 503) return refusal(503, RPC.unavailable, 'The server is overloaded')
  return undefined
}

export function refusal (status: number, code: number, message: string): HttpAnswer {
  return { status, headers: NO_STORE, body: errorBody({ code, message, id: undefined }) }
}
