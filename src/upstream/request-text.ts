// Writes the JSON-RPC texts that go to another server. `_meta` is written for this hop alone: nothing that a client of the gateway put
// there is passed on (https://modelcontextprotocol.io/specification/2026-07-28/basic#meta).

import type { JsonObject } from '../kernel/json.ts'
import type { Question } from './question.ts'
import { isModern } from './revision.ts'

const CLIENT_INFO = { name: 'mcp-resource-gateway', version: '1' } as const

export const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })

/** The question as one JSON-RPC request. Its id is its progress token too. */
export function requestText (id: number, question: Question, revision: string): string {
  const meta = metaOf(id, question, revision)
  const params = JSON.stringify(meta === undefined ? question.params : { ...question.params, _meta: meta })
  return `{"jsonrpc":"2.0","id":${id},"method":"${question.method}","params":${params}}`
}

function metaOf (id: number, { method, trace, onProgress }: Question, revision: string): JsonObject | undefined {
  const modern = isModern(revision) && method !== 'initialize'
  if (!modern && trace === undefined && onProgress === undefined) return undefined
  return {
    ...(onProgress && { progressToken: id }),
    ...trace,
    ...(modern && {
      'io.modelcontextprotocol/protocolVersion': revision,
      'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
      'io.modelcontextprotocol/clientCapabilities': {}
    })
  }
}

/** No capability is declared: a correct server then asks for nothing, and lists the same tools at review and afterwards. */
export function initializeParams (revision: string): JsonObject {
  return { protocolVersion: revision, capabilities: {}, clientInfo: CLIENT_INFO }
}

export function cancelledText (requestId: number): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason: 'no longer needed' } })
}
