// Says what the reply of a REST API means: a result, an error of the API, certainly not executed, or unknown. One table of statuses, since
// a status decides whether something may have been done (https://www.rfc-editor.org/rfc/rfc9110#section-15).

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { Answer } from '../question.ts'
import type { TemplateMethod } from './request-template.ts'
import type { RestReply } from './rest-exchange.ts'

/** With these a request may have been executed: it took too long, collided, or may be repeated by the server itself. */
const PERHAPS_EXECUTED = new Set([408, 409, 423, 425])
const LONGEST_ERROR = 4000

export function answerOfRestReply (reply: RestReply, method: TemplateMethod): Answer {
  switch (reply.kind) {
    case 'failed':
      if (reply.why === 'transport') {
        return reply.sent ? { kind: 'unknown', reason: 'broken-stream' } : { kind: 'not-executed', reason: 'unreachable' }
      }
      return { kind: reply.sent ? 'unknown' : 'not-executed', reason: reply.why }
    case 'too-large': return reply.status < 400
      ? { kind: 'too-large' }
      : byStatus(
        { status: reply.status }, method
      ) ?? failed(reply.status, '', '')
    case 'complete': return byStatus(reply, method) ?? withBody(reply)
  }
}

interface Stated {
  readonly status: number
  readonly retryAfterSeconds?: number | undefined
}

/** What the status alone decides. */
function byStatus ({ status, retryAfterSeconds }: Stated, method: TemplateMethod): Answer | undefined {
  const after = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  // 403 may be the business of the API, and is passed on as its error; 401 is about what the gateway showed.
  if (status === 401) return { kind: 'not-executed', reason: 'credentials-rejected' }
  if (status === 429) return { kind: 'not-executed', reason: 'overloaded', ...after }
  if (status === 503 && retryAfterSeconds !== undefined) return { kind: 'not-executed', reason: 'overloaded', ...after }
  if (status >= 500 || status < 200) return { kind: 'unknown', reason: 'unexpected-status' }
  if (status >= 300 && status < 400) {
    // 301, 302 and 303 may follow a request that was executed.
    return { kind: method === 'GET' || status === 307 || status === 308 ? 'not-executed' : 'unknown', reason: 'redirect' }
  }
  return undefined
}

function withBody ({ status, contentType, body }: Extract<RestReply, { readonly kind: 'complete' }>): Answer {
  const readable = body.length === 0 || isJsonType(contentType) || contentType.startsWith('text/')
  const type = /^[\w.+/-]{1,100}$/.test(contentType) ? contentType : 'an unknown type'
  const text = readable ? body.toString() : `${body.length} bytes of ${type}`
  if (status >= 400) return failed(status, readable ? text : '', contentType)
  const structured = isJsonType(contentType) ? parsed(text) : undefined
  const http = { status, contentType: structured === undefined ? 'text/plain' : 'application/json', body: body.length === 0 ? '' : text }
  const content = [{ type: 'text', text: text === '' ? `HTTP ${status}` : text }]
  return { kind: 'answered', result: structured === undefined ? { content } : { content, structuredContent: structured }, http }
}

function failed (status: number, text: string, contentType: string): Answer {
  const shown = text.length > LONGEST_ERROR ? `${text.slice(0, LONGEST_ERROR)}…` : text
  const result: JsonObject = {
    content: [{ type: 'text', text: shown === '' ? `HTTP ${status}` : `HTTP ${status}: ${shown}` }],
    isError: true
  }
  const isJson = isJsonType(contentType) && isJsonObject(parsed(shown))
  const http = { status, contentType: isJson ? 'application/json' : 'text/plain', body: shown }
  return PERHAPS_EXECUTED.has(status) ? { kind: 'answered', result, http } : { kind: 'answered', result, executed: 'no', http }
}

function isJsonType (contentType: string): boolean {
  return contentType === 'application/json' || /^application\/[\w.-]+\+json$/.test(contentType)
}

function parsed (text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
