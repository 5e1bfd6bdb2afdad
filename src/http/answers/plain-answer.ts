// Answers for clients without MCP: the same statuses, headers and challenges, with an OAuth error (RFC 6749 section 5.2) in place of a
// JSON-RPC one in the body.

import type { Scheme } from '../../auth/possession/possession.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { OperationReply } from '../../mcp/operation-calls.ts'
import { denialAnswer } from './denial-answer.ts'
import { faultAnswer } from './fault-answer.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'
import type { ReplyAnswerOptions } from './reply-answer.ts'

/** @param used the scheme of the presented token */
export function operationAnswer (
  reply: OperationReply, { rejections, denials }: ReplyAnswerOptions, used: Scheme | undefined
): HttpAnswer {
  switch (reply.kind) {
    case 'answered': return { status: reply.status, headers: headersOf(reply.contentType), body: reply.status === 204 ? '' : reply.body }
    case 'refused': return plainError(reply.status, reply.status === 400 ? 'invalid_request' : 'unprocessable', reply.text)
    case 'denial': return withPlainBody(denialAnswer(reply, undefined, denials, used))
    case 'rejection': return rejections.answer(reply.rejection, reply.scopes, used)
    case 'failure': return withPlainBody(faultAnswer(reply.fault, undefined))
  }
}

/** Text of an API is never a page here, whatever it is. */
function headersOf (contentType: string): HttpAnswer['headers'] {
  return { ...NO_STORE, 'content-type': `${contentType}; charset=utf-8`, 'x-content-type-options': 'nosniff' }
}

export function plainError (status: number, error: string, description: string): HttpAnswer {
  return { status, headers: NO_STORE, body: JSON.stringify({ error, error_description: description }) }
}

/** The same answer with the JSON-RPC error of its body as an OAuth error. */
export function withPlainBody (answer: HttpAnswer): HttpAnswer {
  const parsed: unknown = JSON.parse(answer.body.toString())
  const error = isJsonObject(parsed) && isJsonObject(parsed['error']) ? parsed['error'] : {}
  const data: JsonObject = isJsonObject(error['data']) ? error['data'] : {}
  return { ...answer, body: JSON.stringify({ error: nameOf(answer.status), error_description: error['message'], ...data }) }
}

function nameOf (status: number): string {
  if (status === 403) return 'access_denied'
  if (status === 503) return 'temporarily_unavailable'
  return status >= 500 ? 'server_error' : 'invalid_request'
}
