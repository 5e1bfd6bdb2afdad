// Rules about several endpoints of one process: identifiers of one origin, and no audience that is accepted at two of them. A token for one
// endpoint would otherwise be good at another, whose tools have another owner (RFC 8707 section 2).

import { isOrigin } from './address-syntax.ts'
import { acceptedAudiencesOf, authorizationServersOf } from './authorization-servers.ts'
import { endpointsOf } from './configured-endpoints.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'

export function endpointConflicts (config: GatewayConfig): Finding[] {
  const { origin } = new URL(config.resource.identifier)
  const members = config.endpoints.flatMap(({ identifier }, index) => {
    const path = `endpoints.${index}.identifier`
    if (new URL(identifier).origin !== origin) {
      const message = `expected an identifier of the origin of resource.identifier, ${origin}: one listener has one public origin`
      return [{ path, message }]
    }
    if (isOrigin(identifier)) {
      return [
        { path, message: 'expected an identifier with a path: the metadata at the root are those of resource' }
      ]
    }
    return []
  })
  return [...members, ...sharedAudiences(config)]
}

function sharedAudiences (config: GatewayConfig): Finding[] {
  const acceptedAt = new Map<string, string>()
  return endpointsOf(config).flatMap(({ path, config: own }) => {
    const accepted = new Set(authorizationServersOf(own).flatMap(({ server }) => acceptedAudiencesOf(server, own.resource.identifier)))
    const identifier = own.resource.identifier
    const others = [...accepted].filter(audience => acceptedAt.has(audience))
    for (const audience of accepted) if (!acceptedAt.has(audience)) acceptedAt.set(audience, path)
    return others.map(audience => {
      const other = acceptedAt.get(audience) ?? ''
      return audience === identifier
        ? { path: `${path}.identifier`, message: `expected another identifier: ${other} accepts it as an audience` }
        : {
            path: `${path}.acceptedAudiences`,
            message: `expected other audiences: ${other} accepts one of these, so its tokens were good here. With one audience for both, ` +
              'put the tools behind one endpoint and separate them by scopes, or start a second gateway'
          }
    })
  })
}
