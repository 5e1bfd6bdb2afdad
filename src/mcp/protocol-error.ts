// Errors of the protocol: a message that is refused before a tool is looked up. Each has its HTTP status and JSON-RPC code.

import type { JsonObject } from '../kernel/json.ts'
import { RPC, SUPPORTED_VERSIONS } from './protocol.ts'

export type RequestId = string | number

export interface ProtocolError {
  /** HTTP status. */
  readonly status: number
  readonly code: number
  readonly message: string
  readonly data?: JsonObject
  /** Left out of the answer when the message had no usable id. */
  readonly id: RequestId | undefined
}

export function invalidRequest (message: string, id?: RequestId): ProtocolError {
  return { status: 400, code: RPC.invalidRequest, message: `Invalid request: ${message}`, id }
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-validation */
export function headerMismatch (message: string, id: RequestId | undefined): ProtocolError {
  return { status: 400, code: RPC.headerMismatch, message: `Header mismatch: ${message}`, id }
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#protocol-version-negotiation */
export function unsupportedVersion (requested: string, id: RequestId | undefined): ProtocolError {
  return {
    status: 400,
    code: RPC.unsupportedVersion,
    message: 'Unsupported protocol version',
    data: { supported: SUPPORTED_VERSIONS, requested },
    id
  }
}

export function invalidParams (status: 200 | 400, message: string, id: RequestId | undefined): ProtocolError {
  return { status, code: RPC.invalidParams, message: `Invalid params: ${message}`, id }
}

/** 404 for modern clients. A legacy client would understand a 404 as a lost session, so it gets 200. */
export function methodNotFound (status: 200 | 404, id: RequestId): ProtocolError {
  return { status, code: RPC.methodNotFound, message: 'Method not found', id }
}

/** The body of a JSON-RPC error response. */
export function errorBody (error: Pick<ProtocolError, 'code' | 'message' | 'data' | 'id'>): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    ...(error.id === undefined ? {} : { id: error.id }),
    error: { code: error.code, message: error.message, ...(error.data === undefined ? {} : { data: error.data }) }
  })
}
