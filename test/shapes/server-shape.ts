// The form of a recorded shape: what one authorization server publishes, writes into tokens and answers at introspection, as its source
// code, its documentation or a report shows it. Hosts, ids and persons are invented; names and types of members are as recorded.

export type Members = Readonly<Record<string, unknown>>

/** What is known only when a test runs. */
export interface Setting {
  /** The issuer identifier, which stands in for the one of the real server. */
  readonly issuer: string
  /** The resource identifier of the gateway. */
  readonly resource: string
  /** Seconds since the epoch. */
  readonly now: number
}

export interface ShapedToken {
  readonly name: string
  /** `jwt`: signed with a published key. `opaque`: a text that says nothing. */
  readonly form: 'jwt' | 'opaque'
  /** Of a JWT, without `alg` and `kid`. */
  readonly header?: Members
  /** Claims of the JWT; for `introspection` what a JWT that is introspected has inside. */
  readonly claims: Members
  /** The reply of the introspection endpoint; absent: unknown there. */
  readonly reply?: Members
  /** How status and reason of the decision about `list_tickets` begin: `401 wrong-audience`, or `401` where several checks refuse it. */
  readonly expected: string
}

export interface ServerShape {
  /** The file in config/profiles without its ending. */
  readonly profile: string
  /** Where the shape was recorded. */
  readonly sources: readonly string[]
  /** What stands between < and > in the profile, with its value here. */
  readonly values: Readonly<Record<string, string>>
  /** The origins that the server has in the profile once the values are filled in; a local server stands in for each. */
  readonly origins: readonly string[]
  /** Path of the discovery document. */
  readonly metadataPath: string
  readonly metadata: (setting: Setting) => Members
  /** Path of the keys; absent: none is read. */
  readonly keysPath?: string
  /** Members of each key that the server writes or leaves out. */
  readonly keyMembers?: Members
  /** Path of the introspection endpoint, and what an unknown token is answered with. */
  readonly introspection?: { readonly path: string, readonly inactive: Members }
  /** The scopes that a client has to request; absent: those of the tools. */
  readonly requested?: (resource: string) => readonly string[]
  readonly tokens: (setting: Setting) => readonly ShapedToken[]
}

/** The host of the gateway in profiles. */
export const GATEWAY_HOST = { 'host of this gateway': 'mcp.example.test' } as const
export const READ = 'mcp:tickets:read'
