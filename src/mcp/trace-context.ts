// Parses the W3C trace context of a request, from `_meta` or from headers. It is used for logs and spans alone; baggage is ignored,
// because it may hold any text.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'

/** Headers by their names in lower case. */
export type TraceHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the caller's span. */
  readonly parentId: string
  readonly sampled: boolean
  readonly traceState: string | undefined
}

const TRACEPARENT = /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<parentId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/
const ONLY_ZEROS = /^0+$/
const STATE_KEY = '(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})'
const STATE_VALUE = String.raw`[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]`
const STATE_MEMBER = new RegExp(`^${STATE_KEY}=${STATE_VALUE}$`)

/**
 * `params._meta` of the body takes precedence over the headers, which a proxy may have added.
 * @param body of any shape
 * @returns undefined when neither holds a well-formed `traceparent`
 * @see https://www.w3.org/TR/trace-context/#traceparent-header and
 *   https://modelcontextprotocol.io/specification/2026-07-28/basic#meta
 */
export function traceContextOf (body: unknown, headers: TraceHeaders): TraceContext | undefined {
  const meta = memberOf(memberOf(body, 'params'), '_meta')
  return parseTrace(meta?.['traceparent'], meta?.['tracestate']) ?? parseTrace(headers['traceparent'], headers['tracestate'])
}

function memberOf (value: unknown, name: string): JsonObject | undefined {
  const member = isJsonObject(value) ? value[name] : undefined
  return isJsonObject(member) ? member : undefined
}

function parseTrace (traceparent: unknown, tracestate: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string') return undefined
  const { version = 'ff', traceId = '', parentId = '', flags = '', more } = TRACEPARENT.exec(traceparent)?.groups ?? {}
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parentId)) return undefined
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1, traceState: parseState(tracestate) }
}

/** One invalid member makes the whole `tracestate` unusable; the trace itself stays valid. */
function parseState (value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 512) return undefined
  const members = value.split(',').map(member => member.replace(/^[ \t]+|[ \t]+$/g, '')).filter(member => member !== '')
  if (members.length === 0 || members.length > 32 || !members.every(member => STATE_MEMBER.test(member))) return undefined
  return members.join(',')
}
