// Which revisions, error codes and reserved names does the gateway speak? Constants only.

/** Revisions that state their version in every request, newest first. */
export const MODERN_VERSIONS = ['2026-07-28'] as const
/** Revisions that begin with `initialize`, newest first; served without a session. */
export const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const
/** What `initialize` is answered with when the client asks for a revision we do not speak. */
export const NEWEST_LEGACY_VERSION = LEGACY_VERSIONS[0]
/** Everything spoken here, newest first: what discovery and -32022 state. */
export const SUPPORTED_VERSIONS: readonly string[] = [...MODERN_VERSIONS, ...LEGACY_VERSIONS]

/**
 * Reserved members of `_meta`.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic#meta
 */
export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  /** Draft: SEP-2643, echoed by a client that retries after a denial. */
  authorizationContextId: 'io.modelcontextprotocol/authorization-context-id'
} as const

/** Methods that clients are known to send, in any revision; other names are not written down. */
export const PROTOCOL_METHODS: ReadonlySet<string> = new Set([
  'initialize', 'ping', 'server/discover', 'tools/list', 'tools/call', 'prompts/list', 'prompts/get', 'resources/list', 'resources/read',
  'resources/templates/list', 'resources/subscribe', 'resources/unsubscribe', 'completion/complete', 'logging/setLevel', 'subscriptions/listen',
  'notifications/initialized', 'notifications/cancelled', 'notifications/progress', 'notifications/roots/list_changed'
])

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
  /** Application-defined, outside the reserved range as MCP asks; equal to the HTTP status they travel with. */
  forbidden: 403,
  tooManyRequests: 429,
  unavailable: 503
} as const
