// Constants of the protocol: revisions, methods, error codes and reserved names.

/** Revisions that state their version in every request, newest first. */
export const MODERN_VERSIONS = ['2026-07-28'] as const
/** Revisions that begin with `initialize`, newest first; served without a session. */
export const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const
/** The answer to `initialize` when the client asks for an unsupported revision. */
export const NEWEST_LEGACY_VERSION = LEGACY_VERSIONS[0]
/** Newest first; stated by discovery and by error -32022. */
export const SUPPORTED_VERSIONS: readonly string[] = [...MODERN_VERSIONS, ...LEGACY_VERSIONS]

/**
 * Reserved members of `_meta`.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic#meta
 */
export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  /** Draft: SEP-2643 of 2026-08-21, the envelope of a denial in a result. */
  authorization: 'io.modelcontextprotocol/authorization',
  /** Draft: SEP-2643, echoed by a client that retries after a denial. */
  authorizationContextId: 'io.modelcontextprotocol/authorization-context-id'
} as const

/** Methods that have a label of their own in metrics and traces. */
const LABELLED_METHODS: ReadonlySet<string> = new Set([
  'initialize', 'ping', 'server/discover', 'tools/list', 'tools/call', 'notifications/initialized', 'notifications/cancelled'
])

/** Methods of any revision. A client may send any other name; such a name is never logged. */
export const PROTOCOL_METHODS: ReadonlySet<string> = new Set([
  ...LABELLED_METHODS, 'prompts/list', 'prompts/get', 'resources/list', 'resources/read', 'resources/templates/list',
  'resources/subscribe', 'resources/unsubscribe', 'completion/complete', 'logging/setLevel', 'subscriptions/listen',
  'notifications/progress', 'notifications/roots/list_changed'
])

/** The label of a method: few values, `other` for any method that the gateway does not answer, `none` before a message was read. */
export function methodLabel (method: string | undefined): string {
  if (method === undefined) return 'none'
  return LABELLED_METHODS.has(method) ? method : 'other'
}

/**
 * JSON-RPC 2.0 §5.1 and the codes that MCP defines.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic#error-codes
 */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  headerMismatch: -32020,
  unsupportedVersion: -32022,
  /** Application-defined, outside the reserved range as MCP requires; equal to the HTTP status of the answer. */
  forbidden: 403,
  tooManyRequests: 429,
  unavailable: 503
} as const
