// The endpoints of a configuration, each as a whole configuration: that of `resource`, and those of `endpoints`. Rooms that serve one
// resource need not know of several; what is shared between endpoints is shared by gateway/.

import type { GatewayConfig } from './schema.ts'

export interface ConfiguredEndpoint {
  /** The member that describes it, dotted from the root of the file: `resource`, or `endpoints.0`. */
  readonly path: string
  /** As for a process with this endpoint alone. */
  readonly config: GatewayConfig
}

type FurtherEndpoint = GatewayConfig['endpoints'][number]

/** @returns that of `resource` first, with the very configuration; then those of `endpoints`, in order */
export function endpointsOf (config: GatewayConfig): readonly [ConfiguredEndpoint, ...ConfiguredEndpoint[]] {
  return [
    { path: 'resource', config },
    ...config.endpoints.map((endpoint, index) => ({ path: `endpoints.${index}`, config: configOf(config, endpoint) }))
  ]
}

/** The resource identifiers, in order. */
export function identifiersOf ({ resource, endpoints }: Pick<GatewayConfig, 'resource' | 'endpoints'>): readonly string[] {
  return [resource.identifier, ...endpoints.map(({ identifier }) => identifier)]
}

/** For a line of the log: the resource, and all of them where there are several. */
export function loggedResources (config: Pick<GatewayConfig, 'resource' | 'endpoints'>): object {
  const resources = identifiersOf(config)
  return { resource: config.resource.identifier, ...(resources.length === 1 ? {} : { resources }) }
}

function configOf (config: GatewayConfig, endpoint: FurtherEndpoint): GatewayConfig {
  const { identifier, endpointPath, name, upstreams, tools, policy, acceptedAudiences } = endpoint
  const { instructions: _, ...toolsOfAll } = config.tools
  const server = <Server extends GatewayConfig['authorizationServer']>({ acceptedAudiences: _, ...others }: Server) =>
    ({ ...others, ...(acceptedAudiences === undefined ? {} : { acceptedAudiences }) })
  return {
    ...config,
    endpoints: [],
    resource: { identifier, ...(endpointPath === undefined ? {} : { endpointPath }), ...(name === undefined ? {} : { name }) },
    authorizationServer: server(config.authorizationServer),
    furtherAuthorizationServers: config.furtherAuthorizationServers.map(server),
    upstreams,
    tools: { ...toolsOfAll, ...tools },
    policy: { ...config.policy, ...policy },
    serverCard: { mode: config.serverCard.mode, ...endpoint.serverCard }
  }
}
