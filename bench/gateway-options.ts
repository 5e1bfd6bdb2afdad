// What may differ between the gateways that are measured? Handed to the process as one argument.

export interface GatewayOptions {
  readonly authorizationServer: string
  readonly database: string
  /** Tools besides the usual ones, each like `get_ticket`. */
  readonly moreTools?: number
  readonly maxCachedGrants?: number
  /** In place of its own tools: those of these servers. The tools of the first one have the same names. */
  readonly upstreams?: readonly UpstreamOptions[]
  /** The console is on, and has no viewer. */
  readonly console?: boolean
  /** The official SDK's client asks them. */
  readonly sdkClient?: boolean
}

export interface UpstreamOptions {
  /** A URL, or `stdio` for a process of the gateway. One that ends in `/rest` is a REST API. */
  readonly address: string
  readonly isolation?: 'client' | 'shared'
  readonly maxSessions?: number
  readonly concurrent?: number
  /** A file that counts the starts of the process. */
  readonly starts?: string
  /** Where tokens for it are exchanged. Absent: it is shown none. */
  readonly tokenEndpoint?: string
  /** Its calls count against a total, as reservations do. */
  readonly counted?: boolean
}

export function gatewayArguments (options: GatewayOptions): readonly string[] {
  return [JSON.stringify(options)]
}
