// What may differ between the gateways that are measured? Handed to the process as one argument.

export interface GatewayOptions {
  readonly authorizationServer: string
  readonly database: string
  /** Tools besides the usual ones, each like `get_ticket`. */
  readonly moreTools?: number
  readonly maxCachedGrants?: number
}

export function gatewayArguments (options: GatewayOptions): readonly string[] {
  return [JSON.stringify(options)]
}
