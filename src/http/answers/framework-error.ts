// What does an error of Fastify's own look like to an MCP client? A JSON-RPC error, whatever went wrong with the body:
// no HTML, no stack, no framework's error shape.

import { GatewayError } from '../../kernel/fault.ts'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { faultAnswer } from './fault-answer.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

/** What `setErrorHandler` receives; the code says what happened. */
interface FrameworkError { readonly code?: unknown, readonly statusCode?: unknown }

/** Our own code beside Fastify's. */
export const CODED_BODY = 'GW_CODED_BODY'

export function frameworkErrorAnswer (error: FrameworkError | GatewayError): HttpAnswer {
  if (error instanceof GatewayError) return faultAnswer(error, undefined)
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': return refusal(415, RPC.invalidRequest, 'Invalid request: Content-Type must be application/json')
    case CODED_BODY: return refusal(415, RPC.invalidRequest, 'Invalid request: the body must not be compressed')
    case 'FST_ERR_CTP_BODY_TOO_LARGE': return refusal(413, RPC.invalidRequest, 'Invalid request: the body is too large')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY': return refusal(400, RPC.parseError, 'Parse error: the body is empty')
    case 'FST_ERR_CTP_INVALID_JSON_BODY': return refusal(400, RPC.parseError, 'Parse error: the body is not JSON')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH': return refusal(400, RPC.invalidRequest, 'Invalid request: Content-Length does not match the body')
  }
  if (error instanceof SyntaxError) return refusal(400, RPC.parseError, 'Parse error: the body is not JSON')
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) {
    return refusal(error.statusCode, RPC.invalidRequest, 'Invalid request')
  }
  return faultAnswer(new GatewayError('GW_INTERNAL', 'an exception that nothing foresaw', { cause: error }), undefined)
}

export function refusal (status: number, code: number, message: string): HttpAnswer {
  return { status, headers: NO_STORE, body: errorBody({ code, message, id: undefined }) }
}
