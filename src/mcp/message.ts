// Parses a body as one JSON-RPC request or notification. Batches and responses are refused: MCP over HTTP has one message per request.
// Neither the method nor its parameters are checked here.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { invalidRequest, type ProtocolError, type RequestId } from './protocol-error.ts'

export type Message =
  | { readonly kind: 'request', readonly id: RequestId, readonly method: string, readonly params: JsonObject }
  | { readonly kind: 'notification', readonly method: string, readonly params: JsonObject }

const NO_PARAMS: JsonObject = Object.freeze({})

/**
 * @see https://www.jsonrpc.org/specification#request_object
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#sending-messages
 */
export function parseMessage (body: unknown): Result<Message, ProtocolError> {
  if (Array.isArray(body)) return err(invalidRequest('a batch is not accepted, send one message per request'))
  if (!isJsonObject(body)) return err(invalidRequest('the body must be one JSON-RPC object'))

  const { id, method } = body
  // Serialisers write absent members as null. An id that is null is absent only where none is allowed: in a notification.
  const params = body['params'] ?? NO_PARAMS
  const isNotification = !('id' in body) || (id === null && typeof method === 'string' && method.startsWith('notifications/'))
  const knownId = isRequestId(id) ? id : undefined
  if (body['jsonrpc'] !== '2.0') return err(invalidRequest('"jsonrpc" must be "2.0"', knownId))
  if ('result' in body || 'error' in body) return err(invalidRequest('a response is not accepted', knownId))
  if (typeof method !== 'string' || method === '') return err(invalidRequest('"method" must be a string', knownId))
  if (!isJsonObject(params)) return err(invalidRequest('"params" must be an object', knownId))
  if (!isAbsent(params['_meta']) && !isJsonObject(params['_meta'])) return err(invalidRequest('"_meta" must be an object', knownId))
  for (const member in body) {
    if (member !== 'jsonrpc' && member !== 'id' && member !== 'method' && member !== 'params') {
      return err(invalidRequest('a member other than "jsonrpc", "id", "method" and "params"', knownId))
    }
  }
  if (isNotification) return ok({ kind: 'notification', method, params })
  if (knownId === undefined) return err(invalidRequest('"id" must be a string or an integer'))
  return ok({ kind: 'request', id: knownId, method, params })
}

/** Optional members that are null count as absent: several clients write them so. */
export function isAbsent (value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/** Stricter than JSON-RPC: in MCP an id is never null and never a fraction. */
function isRequestId (id: unknown): id is RequestId {
  return typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id))
}

/** `_meta`, or undefined. parseMessage refuses a `_meta` that is no object. */
export function metaOf (params: JsonObject): JsonObject | undefined {
  const meta = params['_meta']
  return isJsonObject(meta) ? meta : undefined
}
