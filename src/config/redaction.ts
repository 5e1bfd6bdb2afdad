// The configuration for the log: complete, with a placeholder for every secret.

import type { GatewayConfig } from './schema.ts'
import { describeStorageUrl } from './storage-url.ts'

const REDACTED = '[redacted]'

/** The members that hold a secret, at any depth of an authorization server or of `dpop`. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set(['clientSecret', 'bearerToken', 'sharedSecret', 'accessToken', 'nonceSecret'])

type Description = Omit<GatewayConfig, '$schema'>

/** The configuration for a line at start: complete, with a placeholder for every secret. */
export function describeConfig (config: GatewayConfig): Description {
  const { $schema: _, ...members } = config
  const { authorizationServer, furtherAuthorizationServers, dpop, storage, limits } = members
  return {
    ...members,
    authorizationServer: describeServer(authorizationServer),
    furtherAuthorizationServers: furtherAuthorizationServers.map(describeServer),
    dpop: withoutSecrets(dpop),
    storage: { ...storage, url: describeStorageUrl(storage.url, REDACTED) },
    limits: limits.rateLimitRedisUrl === undefined ? limits : { ...limits, rateLimitRedisUrl: REDACTED }
  }
}

type Server = GatewayConfig['authorizationServer']

function describeServer ({ introspection, jwt, authlete, ...others }: Server): Server {
  return {
    ...others,
    ...(introspection === undefined ? {} : { introspection: withoutSecrets(introspection) }),
    ...(jwt === undefined ? {} : { jwt: withoutSecrets(jwt) }),
    ...(authlete === undefined ? {} : { authlete: withoutSecrets(authlete) })
  }
}

function withoutSecrets<Group extends object> (group: Group): Group {
  const members = Object.entries(group).map(([name, value]: [string, unknown]) => [name, SECRET_MEMBERS.has(name) ? REDACTED : value])
  return Object.fromEntries(members) as Group
}
