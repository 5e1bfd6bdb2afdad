// What hints about refused tokens are derived from: the resource identifier and how each configured authorization server is asked.

import { authorizationServersOf, isAskedAboutTokens } from './authorization-servers.ts'
import type { GatewayConfig } from './schema.ts'

/**
 * As auth/likely-cause.ts takes it.
 * @example hintContext(config).servers // [{ issuer: 'https://as.example', clientId: 'mcp-rs', asked: true }]
 */
export function hintContext (config: Pick<GatewayConfig, 'resource' | 'authorizationServer' | 'furtherAuthorizationServers'>) {
  return {
    resource: config.resource.identifier,
    issuer: config.authorizationServer.issuer,
    servers: authorizationServersOf(config).map(({ server }) => {
      return { issuer: server.issuer, clientId: server.introspection?.clientId, asked: isAskedAboutTokens(server) }
    })
  }
}
