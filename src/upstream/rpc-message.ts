// JSON-RPC messages that another server sends. One text may hold several: revision 2025-03-26 lets a server answer with a batch
// (https://modelcontextprotocol.io/specification/2025-03-26/basic/transports#sending-messages-to-the-server).

import { isJsonObject, type JsonObject } from '../kernel/json.ts'

export type IncomingMessage =
  /** `id` is whatever the server sent; only a number can answer a request of ours. */
  | { readonly kind: 'response', readonly id: unknown, readonly body: JsonObject }
  | { readonly kind: 'request', readonly id: string | number, readonly method: string }
  | { readonly kind: 'notification', readonly method: string, readonly params: JsonObject }

const NO_PARAMS: JsonObject = Object.freeze({})

/** @returns undefined when the text, or any part of a batch, is no message */
export function parseIncoming (text: string): readonly IncomingMessage[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(value)) {
    const message = incomingOf(value)
    return message && [message]
  }
  const messages = value.map(incomingOf)
  return messages.includes(undefined) ? undefined : messages as IncomingMessage[]
}

function incomingOf (value: unknown): IncomingMessage | undefined {
  if (!isJsonObject(value) || value['jsonrpc'] !== '2.0') return undefined
  const { id, method } = value
  if (typeof method === 'string') {
    if (typeof id === 'string' || typeof id === 'number') return { kind: 'request', id, method }
    const { params } = value
    return { kind: 'notification', method, params: isJsonObject(params) ? params : NO_PARAMS }
  }
  return 'result' in value || 'error' in value ? { kind: 'response', id, body: value } : undefined
}

/** The code of a JSON-RPC error response. */
export function errorCodeOf (body: JsonObject): number | undefined {
  const { error } = body
  const code = isJsonObject(error) ? error['code'] : undefined
  return typeof code === 'number' ? code : undefined
}

/** The answer to a request of the server: `ping` is the only one we know, because we declare no capability. */
export function answerTo (id: string | number, method: string): string {
  return JSON.stringify(method === 'ping'
    ? { jsonrpc: '2.0', id, result: {} }
    : { jsonrpc: '2.0', id, error: { code: METHOD_NOT_FOUND, message: 'Method not found' } })
}

const METHOD_NOT_FOUND = -32601
