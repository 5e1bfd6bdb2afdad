// Says what the reply to a POST means: was the question answered, was it certainly not executed, or is that unknown? One table for each
// status, because the statuses decide whether money may have moved (https://www.rfc-editor.org/rfc/rfc9110#section-15).

import { errorCodeOf } from '../rpc-message.ts'
import type { Answer } from '../question.ts'
import type { HttpReply } from './http-reply.ts'

/** With these a request may have been executed: it took too long, collided, or may be repeated by the server itself. */
const PERHAPS_EXECUTED = new Set([408, 409, 423, 425])
/** 301, 302 and 303 may follow a POST that was executed. */
const REDIRECTS_BEFORE = new Set([307, 308])
/** What SDKs send for a session that they do not know; `-32000` comes from a server that has restarted. */
const SESSION_ERRORS = new Set([-32000, -32001])
/** A 404 with one of these comes from a server that knows the session. */
const SERVED_ERRORS = new Set([-32601, -32602])

/** @param inSession whether the question carried a session id, or might have needed one */
export function answerOfReply (reply: HttpReply, inSession: boolean): Answer {
  switch (reply.kind) {
    case 'response':
      if (inSession && isLostSession(reply.status, errorCodeOf(reply.body))) return { kind: 'lost' }
      return byStatus(reply.status) ?? { kind: 'response', body: reply.body, bytes: reply.bytes }
    case 'status':
      if (inSession && (isLostSession(reply.status, reply.errorCode) || isLostWithoutCode(reply))) return { kind: 'lost' }
      return byStatus(reply.status, reply.retryAfterSeconds) ?? rest(reply.status, reply.errorCode)
    case 'unreadable': return { kind: 'unknown', reason: 'unreadable' }
    case 'broken': return { kind: 'unknown', reason: 'broken-stream' }
    case 'too-large': return { kind: 'too-large' }
    case 'failed':
      if (reply.why === 'transport') {
        return reply.sent ? { kind: 'unknown', reason: 'broken-stream' } : { kind: 'not-executed', reason: 'unreachable' }
      }
      return { kind: reply.sent ? 'unknown' : 'not-executed', reason: reply.why }
  }
}

/**
 * 404, or 400 with the error of a session: both say that the request was not executed.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 */
function isLostSession (status: number, errorCode: number | undefined): boolean {
  const code = errorCode ?? 0
  return (status === 404 && !SERVED_ERRORS.has(code)) || (status === 400 && SESSION_ERRORS.has(code))
}

/** Some servers answer 400 without a JSON-RPC error. */
function isLostWithoutCode ({ status, errorCode }: Extract<HttpReply, { readonly kind: 'status' }>): boolean {
  return status === 400 && errorCode === undefined
}

/** What the status alone decides, whatever the body says. */
function byStatus (status: number, retryAfterSeconds?: number): Answer | undefined {
  const after = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  if (status === 401 || status === 403) return { kind: 'not-executed', reason: 'credentials-rejected' }
  if (status === 429) return { kind: 'not-executed', reason: 'overloaded', ...after }
  // Without Retry-After a 503 may come from a proxy that lost the server in the middle of the request.
  if (status === 503 && retryAfterSeconds !== undefined) return { kind: 'not-executed', reason: 'overloaded', ...after }
  return undefined
}

function rest (status: number, errorCode: number | undefined): Answer {
  if (errorCode === -32022) return { kind: 'changed', executed: 'no' }
  if (status >= 300 && status < 400) {
    return { kind: REDIRECTS_BEFORE.has(status) ? 'not-executed' : 'unknown', reason: 'redirect' }
  }
  if (status >= 400 && status < 500 && !PERHAPS_EXECUTED.has(status)) return { kind: 'not-executed', reason: 'rejected' }
  return { kind: 'unknown', reason: 'unexpected-status' }
}
