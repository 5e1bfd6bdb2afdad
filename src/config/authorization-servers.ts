// The configured authorization servers as one list, in the order in which they are asked about a reference token. A file names
// them in two members: `authorizationServer`, and `furtherAuthorizationServers` for all but the first.

import { defaultAudiences } from '../kernel/default-audiences.ts'
import type { GatewayConfig } from './schema.ts'

/** The settings of one authorization server. */
export type ServerConfig = GatewayConfig['authorizationServer']

export interface ConfiguredServer {
  readonly server: ServerConfig
  /** The member that holds the settings, dotted from the root of the file, such as `furtherAuthorizationServers.0`. */
  readonly path: string
  /** Its name in readiness checks and in the report of `doctor`: `authorization-server`, `authorization-server-2`. */
  readonly name: string
}

type Servers = Pick<GatewayConfig, 'authorizationServer' | 'furtherAuthorizationServers'>

export function authorizationServersOf ({ authorizationServer, furtherAuthorizationServers }: Servers): readonly ConfiguredServer[] {
  return [
    { server: authorizationServer, path: 'authorizationServer', name: 'authorization-server' },
    ...furtherAuthorizationServers.map((server, index) => ({
      server, path: `furtherAuthorizationServers.${index}`, name: `authorization-server-${index + 2}`
    }))
  ]
}

/** The audiences that are accepted in tokens of this server. */
export function acceptedAudiencesOf ({ acceptedAudiences }: ServerConfig, resource: string): readonly string[] {
  return acceptedAudiences ?? defaultAudiences(resource)
}

/** Whether the server is asked about tokens, by introspection or through Authlete. Otherwise it issues JWTs only. */
export function isAskedAboutTokens ({ introspection, authlete }: ServerConfig): boolean {
  return introspection !== undefined || authlete !== undefined
}

/** What the gateway authenticates with at this server; empty where that is a key, or nothing. */
export function secretOf (server: ServerConfig | undefined): string {
  return server?.introspection?.clientSecret ?? server?.introspection?.bearerToken ?? server?.authlete?.accessToken ?? ''
}
