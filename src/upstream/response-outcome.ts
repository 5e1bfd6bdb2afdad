// Reads the response to a tool call: was it executed, and what of the result may be passed on? Results are relayed and not judged; what
// belongs to the hop between gateway and upstream is taken out
// (https://modelcontextprotocol.io/specification/2026-07-28/basic#meta).

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { isModern } from './revision.ts'
import type { UpstreamOutcome } from './upstream-port.ts'

const LONGEST_MESSAGE = 1000
const UNSUPPORTED_VERSION = -32022
/**
 * A request with one of these errors was refused before it began: parse error, invalid request, unknown method, invalid parameters,
 * headers that differ from the body, a capability of ours that is missing, an unsupported revision.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic#error-codes
 */
const REFUSED_BEFORE = new Set([-32700, -32600, -32601, -32602, -32020, -32021, UNSUPPORTED_VERSION])
const RESERVED = 'io.modelcontextprotocol/'

/** @param body a JSON-RPC response */
export function outcomeOfResponse (body: JsonObject, revision: string): UpstreamOutcome {
  const { result } = body
  if (result === undefined) return outcomeOfError(body['error'])
  if (!isJsonObject(result)) return { kind: 'unknown', reason: 'unreadable' }
  if (isModern(revision)) {
    const { resultType } = result
    if (resultType === undefined) return { kind: 'changed', executed: 'unknown' }
    if (resultType === 'input_required') return { kind: 'not-executed', reason: 'input-required' }
    if (resultType !== 'complete') return { kind: 'unknown', reason: 'unreadable' }
  }
  return { kind: 'answered', result: withoutHop(result) }
}

function outcomeOfError (error: unknown): UpstreamOutcome {
  const code = isJsonObject(error) ? error['code'] : undefined
  if (!isJsonObject(error) || typeof code !== 'number') return { kind: 'unknown', reason: 'unreadable' }
  if (code === UNSUPPORTED_VERSION) return { kind: 'changed', executed: 'no' }
  const { message } = error
  return {
    kind: 'refused',
    code,
    message: typeof message === 'string' ? message.slice(0, LONGEST_MESSAGE) : '',
    executed: REFUSED_BEFORE.has(code) ? 'no' : 'unknown'
  }
}

function withoutHop (result: JsonObject): JsonObject {
  if (result['resultType'] === undefined && result['_meta'] === undefined) return result
  const { resultType: _ofThisHop, _meta: meta, ...relayed } = result
  if (!isJsonObject(meta)) return relayed
  const kept = Object.entries(meta).filter(([name]) => !name.startsWith(RESERVED))
  return kept.length === 0 ? relayed : { ...relayed, _meta: Object.fromEntries(kept) }
}
