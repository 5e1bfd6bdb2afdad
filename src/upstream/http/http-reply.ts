// What one POST came to, before it is said what that means for the call. Nothing else of the upstream's headers is read: neither
// `WWW-Authenticate` nor cookies can reach a client.

import type { JsonObject } from '../../kernel/json.ts'

interface ResponseReply {
  readonly kind: 'response'
  readonly status: number
  readonly body: JsonObject
  readonly bytes: number
  readonly sessionId: string | undefined
}

/** No JSON-RPC response in it. */
interface StatusReply {
  readonly kind: 'status'
  readonly status: number
  /** Of a JSON-RPC error that names no request. */
  readonly errorCode: number | undefined
  readonly retryAfterSeconds: number | undefined
}

export type HttpReply =
  | ResponseReply
  | StatusReply
  /** 200 without a response to this request. */
  | { readonly kind: 'unreadable' }
  /** A stream that ended before the response. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'too-large' }
  | FailedReply

/** `sent`: the request, or a part of it, was written. */
export interface FailedReply {
  readonly kind: 'failed'
  readonly why: 'transport' | 'timeout' | 'cancelled'
  readonly sent: boolean
}

const LONGEST_RETRY_AFTER_SECONDS = 60
/** Visible ASCII (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management). */
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>

export function headerOf (headers: ReplyHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

export function sessionIdOf (headers: ReplyHeaders): string | undefined {
  const value = headerOf(headers, 'mcp-session-id')
  return value !== undefined && SESSION_ID.test(value) ? value : undefined
}

/** Whole seconds of `Retry-After`, at most a minute; a date counts as absent. */
export function retryAfterOf (headers: ReplyHeaders): number | undefined {
  const value = headerOf(headers, 'retry-after')
  return value !== undefined && /^\d{1,9}$/.test(value) ? Math.min(Number(value), LONGEST_RETRY_AFTER_SECONDS) : undefined
}
