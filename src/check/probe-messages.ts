// The JSON-RPC messages that `check` sends, of both eras. None of them changes anything on a server.

export const MODERN = '2026-07-28'
export const LEGACY = '2025-11-25'

/** A name that no tool and no method has. */
export const NO_SUCH = 'mcp-resource-gateway-check-no-such-thing'

type Pairs = ReadonlyArray<readonly [name: string, value: string]>
export interface Message { readonly headers: Pairs, readonly body: string }

const CLIENT = { name: 'mcp-resource-gateway-check', version: '1' }
const TYPES: Pairs = [['content-type', 'application/json'], ['accept', 'application/json, text/event-stream']]

interface Legacy { readonly version?: string, readonly session?: string | undefined }
interface Modern { readonly version?: string, readonly methodHeader?: string }

export function legacyMessage (method: string, params: object = {}, { version = LEGACY, session }: Legacy = {}): Message {
  return {
    headers: [...TYPES, ['mcp-protocol-version', version], ...(session === undefined ? [] : [['mcp-session-id', session] as const])],
    body: JSON.stringify({ jsonrpc: '2.0', ...idOf(method), method, params })
  }
}

/** The first message of a legacy client, which has no version header yet. */
export function initializeMessage (): Message {
  const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo: CLIENT }
  return { headers: TYPES, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }) }
}

export function modernMessage (method: string, params: object = {}, { version = MODERN, methodHeader = method }: Modern = {}): Message {
  const name = 'name' in params ? [['mcp-name', String(params.name)] as const] : []
  const meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': CLIENT,
    'io.modelcontextprotocol/clientCapabilities': {}
  }
  return {
    headers: [...TYPES, ['mcp-protocol-version', version], ['mcp-method', methodHeader], ...name],
    body: JSON.stringify({ jsonrpc: '2.0', ...idOf(method), method, params: { ...params, _meta: meta } })
  }
}

function idOf (method: string): object {
  return method.startsWith('notifications/') ? {} : { id: 1 }
}

/** Two harmless requests in an array. */
export function batch (): string {
  return JSON.stringify([1, 2].map(id => ({ jsonrpc: '2.0', id, method: 'ping' })))
}
